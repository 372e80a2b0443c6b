/** A keytab with a key of each of these names, as MIT's ktutil writes it. */
export function keytabOf(...names: readonly string[]): Buffer {
  return Buffer.concat([Buffer.from([5, 2]), ...names.map(keyOf)]);
}

/** The room of a key that was removed. */
export const removedKey = Buffer.concat([int32(-6), Buffer.from("abcdef")]);

function keyOf(name: string): Buffer {
  const [before = "", realm = ""] = name.split("@");
  const parts = before.split("/");
  const names = [realm, ...parts].map(counted);
  const [type, time, kvno, cipher] = [int32(1), int32(0), Buffer.from([2]), int16(18)];
  const content = [int16(parts.length), ...names, type, time, kvno, cipher, counted("x".repeat(32))];
  const bytes = Buffer.concat(content);
  return Buffer.concat([int32(bytes.length), bytes]);
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([int16(bytes.length), bytes]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
