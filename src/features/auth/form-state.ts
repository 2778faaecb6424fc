/** What a form action answers with: nothing yet, or what is wrong and what was typed. */
export interface FormState {
  readonly message: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string>>;
}

export const emptyForm: FormState = { message: null, fields: {}, values: {} };
