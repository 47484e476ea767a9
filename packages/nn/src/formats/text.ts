// What engines have; declared here because the library's types ask for neither Node nor the DOM.
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
declare const TextDecoder: new (
  encoding: "utf-8",
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

/** A text as UTF-8. */
export function utf8Of(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** UTF-8 as a text; `undefined` for other bytes. */
export function textOf(utf8: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(utf8);
  } catch {
    return undefined;
  }
}

/** A text of the letters with these codes, a byte each. */
export function latin1Of(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
