/** Who else may be handed data of this deployment. */
export interface Subprocessor {
  readonly name: string;
  readonly purpose: string;
  readonly location: string;
  /** The day from which it is used: ISO 8601, such as 2027-01-31. */
  readonly since: string;
}

/** What whoever runs this deployment says of it. What is null was not said, and no page says it either. */
export interface Operator {
  readonly name: string | null;
  readonly securityEmail: string | null;
  /** Where holes may be reported; https. */
  readonly securityUrl: string | null;
  /** Where the public key for reports is; https. */
  readonly pgpUrl: string | null;
  readonly privacyEmail: string | null;
  readonly pentestText: string | null;
  readonly reportsEmail: string | null;
  readonly diskEncryption: string | null;
  readonly backups: string | null;
  readonly location: string | null;
  readonly subprocessors: readonly Subprocessor[];
}
