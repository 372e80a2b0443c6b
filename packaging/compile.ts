import { join } from "node:path";

/**
 * The arguments with which Bun makes one executable of a program. Bytecode spares parsing at each start, and
 * splitting loads only the modules that a verb imports. Built for processors without AVX2 too (`baseline`).
 */
export function compileArguments(project: string, source: string, output: string): string[] {
  const isArm = process.arch === "arm64";
  return [
    "build",
    "--compile",
    "--bytecode",
    "--minify",
    "--splitting",
    "--min-chunk-size=65536",
    "--format=esm",
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    `--compile-executable-path=${join(project, `node_modules/@oven/bun-linux-${isArm ? "aarch64" : "x64-baseline"}/bin/bun`)}`,
    `--target=bun-linux-${isArm ? "arm64" : "x64-baseline"}`,
    source,
    "--outfile",
    output,
  ];
}
