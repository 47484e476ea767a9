import { NnError } from "../errors.ts";

// What every engine has; declared here because the library's types ask for neither Node nor the DOM.
declare const crypto: {
  readonly subtle?: { digest(name: "SHA-256", bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> };
};

/**
 * SHA-256 in hexadecimal.
 *
 * @throws NnError `checkpoint` on a web page that was not loaded over https: browsers keep their cryptography from it
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  if (crypto.subtle === undefined) {
    throw new NnError(
      "checkpoint",
      "checkpoint: check sums need crypto.subtle, which browsers give to pages loaded over https or from localhost only.",
    );
  }
  const owned = bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", owned));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
