export interface Receipt {
  readonly body: string;
  readonly signature: string;
  readonly publicKey: string;
}

const KEY = 'belvedere-deleted';

/** Until the tab is closed, and nowhere else: our own side keeps no receipt of a deleted workspace. */
export const keepReceipt = (receipt: Receipt): void => sessionStorage.setItem(KEY, JSON.stringify(receipt));

export function keptReceipt(): Receipt | null {
  const text = sessionStorage.getItem(KEY);
  return text === null ? null : (JSON.parse(text) as Receipt);
}
