/** Numbers as people read them. */

/** 1234567 as 1,234,567. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** 13312345 as "13.3 MB". */
export function sized(bytes: number): string {
  if (bytes < 1000) return `${grouped(bytes)} ${bytes === 1 ? "byte" : "bytes"}`;
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 999.5 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** 12.345 as "12 ms", 12345 as "12.3 s". */
export function lasted(milliseconds: number): string {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 999.5 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** "1 read", "2 reads". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** 0.0034 as "0.3 %". */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0 || value >= 9.95) return `${Math.round(value)} %`;
  return value < 0.01 ? "< 0.01 %" : `${value < 0.1 ? value.toFixed(2) : value.toFixed(1)} %`;
}
