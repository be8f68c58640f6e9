/** Little-endian numbers in hexadecimal digits, each group of them of so many bytes. */
export function numbers(...groups: readonly (readonly [bytes: number, ...values: readonly number[]])[]): string {
  return groups.flatMap(([bytes, ...values]) => values.map((value) => number(bytes, value))).join("");
}

function number(bytes: number, value: number): string {
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt(value));
  return field.subarray(0, bytes).toString("hex");
}
