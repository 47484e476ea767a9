/** `1234567` as `1,234,567`. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A share from 0 to 1 in percent with one decimal: `97.8 %`. */
export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A loss with enough digits to see it change: `0.742`, `0.0312`, `1.2e-5`, `12.3`. */
export function formatLoss(loss: number): string {
  if (!Number.isFinite(loss)) return String(loss);
  const size = Math.abs(loss);
  if (size >= 1000) return loss.toExponential(1);
  if (size >= 100) return loss.toFixed(0);
  if (size >= 10) return loss.toFixed(1);
  if (size >= 0.1 || size === 0) return loss.toFixed(3);
  if (size >= 0.001) return loss.toFixed(4);
  return loss.toExponential(1);
}

/** A number at an axis with the decimals that its ticks need, at most seven characters: `0.25`, `40`, `1.2e-5`. */
export function formatTick(value: number, decimals: number): string {
  if (value === 0 || (decimals <= 3 && Math.abs(value) < 1e5)) return value.toFixed(Math.min(3, decimals));
  return Number(value.toPrecision(2)).toExponential();
}

/** Seconds as a person says them: `0.31 s`, `5.2 s`, `42 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return "?";
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  const minutes = Math.round(seconds / 60);
  return `${formatCount(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** Bytes in millions, `0.4 MB`, `84 MB`, `1,234 MB`. */
export function formatMegabytes(bytes: number): string {
  const millions = bytes / 1e6;
  return `${millions < 9.95 ? millions.toFixed(1) : formatCount(millions)} MB`;
}

/** Steps per second: `0.5`, `39.8`, `412`, `1,234`. */
export function formatRate(perSecond: number): string {
  return perSecond < 99.95 ? perSecond.toFixed(1) : formatCount(perSecond);
}

/** A number of a formula in four digits and at most nine characters: `0.1943`, `-9.588`, `0.001123`, `6.851e-5`; whole ones as they are. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || (Number.isInteger(value) && size < 1e5)) return String(value + 0);
  if (size >= 1e-3 && size < 999.95) return value.toPrecision(4);
  if (size >= 1e-3 && size < 99_999.5) return value.toFixed(size < 9999.95 ? 1 : 0);
  const digits = size < 1e-99 || size >= 1e100 ? 1 : size < 1e-9 || size >= 1e10 ? 2 : 3;
  return value.toExponential(digits).replace("e+", "e");
}

/** A number that was set, in the digits that it has, at most four: `0.5`, `0.15`, `5e-4`. */
export function formatSetting(value: number): string {
  const rounded = Number(value.toPrecision(4));
  return rounded !== 0 && Math.abs(rounded) < 1e-3 ? rounded.toExponential() : String(rounded);
}

/** A number in so many digits that a small change of it can be seen: `-0.9555553`. */
export function formatExact(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || !Number.isFinite(value)) return String(value + 0);
  if (size < 1e-3 || size >= 1e6) return value.toExponential(5).replace("e+", "e");
  return value.toPrecision(7);
}
