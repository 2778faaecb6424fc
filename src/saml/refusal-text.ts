/** What the setup page and the audit trail say about a refused message. */
export const REFUSAL_TEXT = {
  'too-large': 'The message of the identity provider is too large.',
  encoding: 'The message of the identity provider is not base64 of UTF-8 text.',
  malformed: 'The message of the identity provider could not be read.',
  dtd: 'The message holds a document type, which SAML forbids.',
  comment: 'The message holds a comment, which could hide a part of a name.',
  cdata: 'The message holds a CDATA section, which could hide a part of a name.',
  'processing-instruction': 'The message holds a processing instruction.',
  namespace: 'The message declares a namespace that is not one.',
  'duplicate-id': 'An ID stands twice in the message, or stands in a place where none belongs.',
  'duplicate-parameter': 'A parameter of the address stands twice or is missing.',
  'unexpected-root': 'The message is not the kind of SAML message that belongs here.',
  'several-assertions': 'The message holds more than one assertion or response.',
  'no-assertion': 'The message holds no assertion.',
  'not-encrypted': 'The assertion is not encrypted, and the connection requires it.',
  'response-unsigned': 'The response is not signed. Let the identity provider sign response and assertion.',
  'assertion-unsigned':
    'The assertion is not signed. Let the identity provider sign response and assertion, or, if it can sign the response alone, say so in the settings of the connection.',
  'message-unsigned': 'The logout message is not signed.',
  'several-signatures': 'An element carries more than one signature.',
  'misplaced-signature': 'A signature stands in a place where none belongs.',
  'signature-shape': 'A signature is not built as SAML requires.',
  'signature-reference': 'A signature covers another element than the one it stands in.',
  'forbidden-transform': 'A signature uses a transform that SAML forbids.',
  'weak-algorithm':
    'The identity provider uses an algorithm that is no longer safe. Choose RSA with SHA-256.',
  'unsupported-algorithm':
    'The identity provider uses an algorithm that is not supported. Choose RSA with SHA-256.',
  'signature-invalid':
    'The signature was not made with a certificate of this connection, or the message was altered.',
  'certificate-expired':
    'No certificate of the identity provider is valid today. Enter the current metadata.',
  decryption:
    'The assertion could not be decrypted. Give the identity provider the current metadata of Belvedere.',
  status: 'The identity provider did not sign the person in.',
  issuer: 'The message comes from another identity provider than the one of this connection.',
  destination: 'The message was addressed to another place.',
  recipient: 'The assertion was addressed to another place.',
  audience: 'The assertion was made for another application.',
  conditions: 'The assertion lacks a condition that is required, or names one that is not known.',
  'subject-confirmation': 'The assertion does not say that its bearer may use it.',
  'not-yet-valid': 'The message is not yet valid. Check the clock of the identity provider.',
  expired: 'The message is no longer valid. Start again.',
  'session-expired': 'The session at the identity provider has ended. Start again.',
  'authn-statement': 'The assertion does not say when the person signed in.',
  'name-id': 'The assertion names nobody, or more than one person.',
  unsolicited: 'Nobody asked for this sign-in, and the connection does not take such.',
  'in-response-to':
    'The message answers a request that was not made here, or that was answered before. Start again.',
  replayed: 'The assertion was used before.',
  library: 'The message was refused by the SAML library.',
} as const;
