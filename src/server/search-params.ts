/** The parameters of a page's address, as Next hands them to it. */
export type Search = Record<string, string | string[] | undefined>;

export function toParams(search: Search): URLSearchParams {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : value === undefined ? [] : [value])
      params.append(key, one);
  }
  return params;
}
