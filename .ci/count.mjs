// Adds up what vitest's JSON reports say and prints it as the last line: `N passed, N failed`. Takes the folder of the reports and
// the exit code of what ran before; fails when a test failed or when none ran.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, code] = process.argv.slice(2)
const reports = readdirSync(folder).map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')))
const sum = of => reports.reduce((total, report) => total + of(report), 0)

const passed = sum(report => report.numPassedTests)
// A file that could not be loaded has no tests to count: it counts as one that failed.
const broken = sum(
  report => report.testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0).length,
)
const failed = sum(report => report.numFailedTests) + broken
const skipped = sum(report => report.numPendingTests + report.numTodoTests)

const text = `\n${reports.length} runs of the tests, ${skipped} tests skipped`
process.stdout.write(`${text}${code === '0' ? '' : `; something failed (exit code ${code}), see above`}\n`)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
