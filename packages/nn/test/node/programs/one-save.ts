// A program that saves so many bytes once, as another user where one is given, and says what came of it.
import { NnError, saveFile } from "@gradwerk/nn/node";

const [, , path, bytes, user] = process.argv;
if (user !== undefined) process.seteuid?.(Number(user));
try {
  await saveFile(path, new Uint8Array(Number(bytes)).fill(2));
  console.log("saved");
} catch (error) {
  if (!(error instanceof NnError)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message }));
}
