/** Cost Explorer tells tag keys in one request and cost categories in another. */
export const KEY_REQUESTS = 2;

/** Keys that a payer may have activated. https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/billing-limits.html */
const ACTIVE_KEYS_MAX = 500;

/** What is guessed at least before Cost Explorer has told: what is left over is not spent. */
const GUESSED_KEYS_MIN = 10;

/** Requests each time that Cost Explorer is asked: for the keys, and one for the values of each. */
export const requestsFor = (keys: number): number => KEY_REQUESTS + keys;

/** The same before the keys are told, by those that resources have: not all are activated for cost, and others may be. */
export const guessRequests = (resourceKeys: number): number =>
  requestsFor(Math.min(Math.max(resourceKeys, GUESSED_KEYS_MIN), ACTIVE_KEYS_MAX));
