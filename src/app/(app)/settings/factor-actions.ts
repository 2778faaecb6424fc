import {
  addPasskeyAction,
  confirmTotpAction,
  makeRecoveryCodesAction,
  offerPasskeyAction,
  offerTotpAction,
  removePasskeyAction,
  removeTotpAction,
} from './actions';

/** What the list of a person's factors can do, wherever it is shown. */
export const factorActions = {
  offerTotp: offerTotpAction,
  confirmTotp: confirmTotpAction,
  removeTotp: removeTotpAction,
  offerPasskey: offerPasskeyAction,
  addPasskey: addPasskeyAction,
  removePasskey: removePasskeyAction,
  makeCodes: makeRecoveryCodesAction,
};
