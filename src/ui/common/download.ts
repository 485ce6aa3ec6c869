/** Hands a file to the browser to keep. It is made here and goes nowhere else. */

export function downloadText(name: string, text: string, type: string): void {
  downloadBlob(name, new Blob([text], { type }));
}

export function downloadBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has its own hold on the data once it has begun, which is after this task.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
