/** Messages with files, as clients attach and pack them. */
import type { Container } from "./container.ts";
import { outsider } from "./mail.ts";

const pack = `
import base64, io, sys, tarfile, zipfile
def zipped(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive: archive.writestr(name, data)
    return out.getvalue()
def tarred(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo(name); info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()
data = ("some text " + sys.argv[1] + " and more\\n").encode()
made = {"file": data, "zip": zipped("a.txt", data), "nested": zipped("b.zip", zipped("a.txt", data)),
        "tar": tarred("a.txt", data), "deep": zipped("c.tar.gz", tarred("b.zip", zipped("a.txt", data)))}
print(base64.encodebytes(made[sys.argv[2]]).decode(), end="")
`;

/** A file with this content as base64, as it is or within archives. */
export function packed(
  container: Container,
  kind: "file" | "zip" | "nested" | "tar" | "deep",
  content: string,
): Promise<string> {
  return container.must(["python3", "-c", pack, content, kind]);
}

/** A picture of one pixel. */
export const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
  "base64",
);

/** A message to this address with one file; without a name it is no attachment, but text of the message. */
export function attached(
  to: string,
  content: string,
  name = "file.bin",
  kind = "application/octet-stream",
  encoding = "base64",
): string {
  const disposition = name === "" ? "" : `Content-Disposition: attachment; filename="${name}"\n`;
  const head = `From: <${outsider}>\nTo: <${to}>\nSubject: a file\nDate: ${new Date().toUTCString()}\nMIME-Version: 1.0\n`;
  return (
    `${head}Content-Type: multipart/mixed; boundary="part"\n\n--part\nContent-Type: text/plain\n\nhello\n` +
    `--part\nContent-Type: ${kind}\nContent-Transfer-Encoding: ${encoding}\n${disposition}\n${content}\n--part--\n`
  );
}

/** A header of encoded words (RFC 2047) in UTF-8 and quoted-printable. */
export function decoded(header: string): string {
  const words = header.split(/\s+/).map((word) => /^=\?UTF-8\?Q\?(.*)\?=$/.exec(word)?.[1] ?? "");
  return decodeURIComponent(words.join("").replaceAll("%", "=25").replaceAll("_", " ").replaceAll("=", "%"));
}
