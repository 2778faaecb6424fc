interface Answer {
  readonly error?: { readonly message?: string; readonly fields?: Readonly<Record<string, string>> };
}

function refusalOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as Answer;
    return (
      Object.values(error?.fields ?? {})[0] ?? error?.message ?? 'The file was not taken. Please try again.'
    );
  } catch {
    return 'The file was not taken. Please try again.';
  }
}

/** Sends one file as it is and tells how far it is, between 0 and 1; null, or why it was not taken. */
export function uploadFile(
  connectionId: string,
  file: File,
  onProgress: (part: number) => void,
): Promise<string | null> {
  return new Promise((resolve) => {
    // fetch does not tell how much of a body has been sent.
    const request = new XMLHttpRequest();
    request.open('POST', `/api/uploads/${connectionId}/content?name=${encodeURIComponent(file.name)}`);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => resolve('The connection was lost. Nothing was added; upload the file again.');
    request.onload = () => resolve(request.status === 202 ? null : refusalOf(request.responseText));
    request.send(file);
  });
}
