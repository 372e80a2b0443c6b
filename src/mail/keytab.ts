/** The name of a key, such as that of `imap/mail.example.org@EXAMPLE.ORG`. */
export interface Principal {
  /** What stands before the realm, parted by slashes. */
  readonly parts: readonly string[];
  readonly realm: string;
}

/**
 * What is known of the file with the Kerberos keys of services. `absent`: nothing is there. `other`: no plain file, or
 * none of keys. `open`: others than root and Dovecot may read or change it, and make tickets of any user with it.
 * `closed`: Dovecot may not read it.
 */
export type Keytab =
  | { readonly state: "absent" | "other" | "open" | "closed" }
  | { readonly state: "read"; readonly principals: readonly Principal[] };

export const noKeytab: Keytab = { state: "absent" };

/** The version that MIT, Heimdal and Samba write. */
const version = 0x0502;

/**
 * The names of the keys in a keytab: a version, then for each key its length and content; a length below zero is room
 * that a removed key has left. All numbers have their first byte first. web.mit.edu/kerberos, "Keytab file format".
 *
 * `undefined` where the bytes are no keytab of version 2, or end within a key.
 */
export function principalsOf(bytes: Uint8Array): Principal[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint16(0) !== version) return undefined;
    const found: Principal[] = [];
    for (let at = 2; at < bytes.length; ) {
      const length = view.getInt32(at);
      at += 4;
      if (length === 0) break;
      if (at + Math.abs(length) > bytes.length) return undefined;
      if (length > 0) found.push(principalAt(view, at));
      at += Math.abs(length);
    }
    return found;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Throws a RangeError where the view ends before the name does. */
function principalAt(view: DataView, start: number): Principal {
  let at = start + 2;
  const text = (): string => {
    const length = view.getUint16(at);
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at + 2, length);
    at += 2 + length;
    return new TextDecoder().decode(bytes);
  };
  const realm = text();
  const parts = Array.from({ length: view.getUint16(start) }, text);
  return { parts, realm };
}
