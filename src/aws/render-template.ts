import { stackParameters } from './permission-groups/stack-parameters';
import type { StackTarget } from './permission-groups/stack-parameters';
import { templateDocument } from './render-document';
import { toYaml } from './render-yaml';

export { stackParameters } from './permission-groups/stack-parameters';
export type { StackChoices, StackTarget } from './permission-groups/stack-parameters';

export const STACK_CAPABILITY = 'CAPABILITY_NAMED_IAM';

const PREAMBLE = `# Belvedere read-only role. Made from src/aws/permissions.ts by scripts/template-render.ts: do not edit.
#
# This stack makes one IAM role and nothing else. The role can read cost, names and inventory.
# It cannot change anything. It cannot read what your resources hold, with one exception that is off
# by default: the files of one billing export, in one folder of one bucket that you name.
# No policy uses a wildcard in an action name, so the role does not grow when AWS adds an action.
# Every part but billing and cost can be struck by setting its parameter to No.
# Deleting the stack ends all access.

`;

/** The public template: the same bytes for everyone, so it takes no argument. */
export function renderTemplate(): string {
  const { document, comments } = templateDocument();
  return PREAMBLE + toYaml(document, comments);
}

/** The very same document as JSON, which has no room for the comments. */
export function renderTemplateJson(): string {
  return `${JSON.stringify(templateDocument().document, null, 2)}\n`;
}

export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Parameters are JSON, since the short form of the AWS CLI splits values at commas and equals signs. */
export function renderCliCommand(target: StackTarget): string {
  const parametersJson = stackParameters(target)
    .map(([ParameterKey, ParameterValue]) => `    ${JSON.stringify({ ParameterKey, ParameterValue })}`)
    .join(',\n');
  return [
    'aws cloudformation create-stack',
    `--region ${shellQuote(target.region)}`,
    `--stack-name ${shellQuote(target.stackName)}`,
    `--template-url ${shellQuote(target.templateUrl)}`,
    `--capabilities ${STACK_CAPABILITY}`,
    `--parameters ${shellQuote(`[\n${parametersJson}\n  ]`)}`,
  ].join(' \\\n  ');
}

/** encodeURIComponent leaves these as they are, yet they can end a link in HTML, Markdown or mail. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

export function quickCreateUrl(target: StackTarget & { readonly consoleUrl: string }): string {
  const region = encode(target.region);
  const base = target.consoleUrl.replaceAll('{region}', () => region).replace(/\/+$/, '');
  const query = [
    ['templateURL', target.templateUrl] as const,
    ['stackName', target.stackName] as const,
    ...stackParameters(target).map(([name, value]) => [`param_${name}`, value] as const),
  ].map(([name, value]) => `${name}=${encode(value)}`);
  return `${base}/cloudformation/home?region=${region}#/stacks/create/review?${query.join('&')}`;
}
