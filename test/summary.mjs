// Prints how many tests of all runs passed, as the last line of CI. Usage: node test/summary.mjs FOLDER
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2] ?? "dist/reports";
const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
const sum = (field) => reports.reduce((total, report) => total + report[field], 0);
const failed = sum("numFailedTests");
// A file that could not even be read counts as one failure.
const broken = reports.filter(({ success, numFailedTests }) => !success && numFailedTests === 0).length;
console.log(`${sum("numPassedTests")} passed, ${failed + broken} failed, ${sum("numPendingTests")} skipped`);
process.exitCode = failed + broken === 0 && sum("numPassedTests") > 0 ? 0 : 1;
