import { erf64, exp64, expm164, log1p64, log64, pow64, sigmoid64, sine64, tanh64 } from "./math/f64";
import { exp32, log32, sigmoid32, tanh32 } from "./math/f32";
export function run64(op: i32, p: usize, q: usize, o: usize, n: usize): void {
  for (let i: usize = 0; i < n; i += 2) {
    const x = v128.load(p + (i << 3));
    let y = x;
    if (op == 0) y = exp64(x); else if (op == 1) y = expm164(x); else if (op == 2) y = log64(x); else if (op == 3) y = log1p64(x);
    else if (op == 4) y = tanh64(x); else if (op == 5) y = sigmoid64(x); else if (op == 6) y = sine64(x, 0); else if (op == 7) y = sine64(x, 1);
    else if (op == 8) y = erf64(x); else if (op == 9) y = pow64(x, v128.load(q + (i << 3)));
    v128.store(o + (i << 3), y);
  }
}
export function run32(op: i32, p: usize, o: usize, n: usize): void {
  for (let i: usize = 0; i < n; i += 4) {
    const x = v128.load(p + (i << 2)); let y = x;
    if (op == 0) y = exp32(x); else if (op == 2) y = log32(x); else if (op == 4) y = tanh32(x); else if (op == 5) y = sigmoid32(x);
    v128.store(o + (i << 2), y);
  }
}
