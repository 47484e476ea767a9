import { TensorError, type TensorErrorCode } from "@gradwerk/tensor";

/** The code and the message with which `call` is refused; anything but a refusal is passed on. */
export function refusalOf(call: () => unknown): { code: TensorErrorCode; message: string } {
  try {
    call();
  } catch (error) {
    if (error instanceof TensorError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("It was not refused.");
}
