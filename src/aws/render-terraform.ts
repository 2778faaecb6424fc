import { ROLE_NAME, selectGroups } from './permissions';
import type { PermissionGroup, PermissionStatement } from './permissions';
import { BUCKET_PATTERN, PREFIX_PATTERN } from './permission-groups/stack-parameters';
import type { StackChoices } from './permission-groups/stack-parameters';

const namedEscapes: Record<string, string> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const codePointEscape = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * A quoted HCL string in which nothing is left to interpret: no escape, no `${` or `%{` template.
 * `$` becomes `\u0024` because the doubled form `$${` is ambiguous after another `$`.
 */
function hclString(text: string): string {
  const escaped = text
    .replace(/[\\"\u2028\u2029]|\p{Cc}/gu, (char) => namedEscapes[char] ?? codePointEscape(char))
    .replace(/[$%](?=[$%]*\{)/g, codePointEscape);
  return `"${escaped}"`;
}

/** Catalogue values only: their placeholders are the one place where a template is wanted. */
function hclTemplate(value: string): string {
  const filled = value
    .replaceAll('${Partition}', () => '${data.aws_partition.current.partition}')
    .replaceAll('${BillingExportBucket}', () => '${var.billing_export_bucket}')
    .replaceAll('${BillingExportPrefix}', () => '${var.billing_export_prefix}');
  return `"${filled}"`;
}

// JSON is also valid HCL, so the policies read the same here as in the IAM console.
function statementLines(statement: PermissionStatement): string {
  const fields = [
    `"Sid" : "${statement.sid}"`,
    '"Effect" : "Allow"',
    `"Action" : [\n${statement.actions.map((action) => `          "${action}"`).join(',\n')}\n        ]`,
    `"Resource" : ${hclTemplate(statement.resource)}`,
  ];
  if (statement.condition) {
    const { operator, key, value } = statement.condition;
    fields.push(`"Condition" : { "${operator}" : { "${key}" : ${hclTemplate(value)} } }`);
  }
  return `      {\n${fields.map((line) => `        ${line}`).join(',\n')}\n      }`;
}

function policyBlock(group: PermissionGroup): string {
  return `# ${group.title}. ${group.purpose}.
resource "aws_iam_role_policy" "${group.id.replaceAll('-', '_')}" {
  name = "${group.id}"
  role = aws_iam_role.belvedere.id

  policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
${group.statements.map(statementLines).join(',\n')}
    ]
  })
}
`;
}

function variableBlock(
  name: string,
  description: string,
  pattern: string,
  value: string | undefined,
): string {
  return `variable "${name}" {
  type        = string
  description = "${description}"
${value === undefined ? '' : `  default     = ${hclString(value)}\n`}
  validation {
    condition     = can(regex(${hclString(pattern)}, var.${name}))
    error_message = "Use one name with no wildcard, and no slash at either end."
  }
}
`;
}

/** The role of the public template, for teams that keep their accounts in Terraform. */
export function renderTerraform(choices: StackChoices): string {
  const groups = selectGroups(choices.groups);
  const withExport = groups.some((group) => group.id === 'billing-export');
  const { bucket, prefix } = choices.billingExport ?? {};
  return [
    `# Belvedere read-only role, the same as in the CloudFormation template.
# It reads cost, names and inventory, and cannot change anything.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

locals {
  belvedere_external_id        = ${hclString(choices.externalId)}
  belvedere_collector_role_arn = ${hclString(choices.collectorRoleArn)}
}
`,
    ...(withExport
      ? [
          'data "aws_partition" "current" {}\n',
          variableBlock('billing_export_bucket', 'Bucket with the billing export', BUCKET_PATTERN, bucket),
          variableBlock(
            'billing_export_prefix',
            'Folder of the billing export in that bucket',
            PREFIX_PATTERN,
            prefix,
          ),
        ]
      : []),
    `# Who may use this role: the one Belvedere role above, and only with your external ID.
resource "aws_iam_role" "belvedere" {
  name                 = "${ROLE_NAME}"
  description          = "Lets Belvedere read cost, names and inventory. It cannot change anything."
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    "Version" : "2012-10-17",
    "Statement" : [
      {
        "Effect" : "Allow",
        "Principal" : { "AWS" : local.belvedere_collector_role_arn },
        "Action" : "sts:AssumeRole",
        "Condition" : { "StringEquals" : { "sts:ExternalId" : local.belvedere_external_id } }
      }
    ]
  })
}
`,
    ...groups.map(policyBlock),
    `output "role_arn" {
  description = "Paste this ARN into Belvedere."
  value       = aws_iam_role.belvedere.arn
}
`,
  ].join('\n');
}
