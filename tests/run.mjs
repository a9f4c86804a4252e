// Runs the built test projects one after the other and sums them up; the last line is "N passed, N failed, N skipped".
//   node run.mjs SCRATCH-FOLDER FILTER [PROJECT-TO-RUN-IN-DEBUG-TOO ...]
// FILTER selects the projects whose name holds it, or, if there are none, the tests whose full name does.
// For a caller who must tidy up after it, the scratch folder says how far it is: "group" holds the process group that runs, "totals" the
// sum so far, and "closed" is there once the last line is.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LONGEST_RUN = 15 * 60_000;
const NO_TEST_RAN = 8;
const SOME_FAILED = 2;

// Projects that run several times, each time with other settings: one line for each run. The label tells them apart.
const VARIANTS = {
  'Hutong.Server.Tests': [
    // What carries the bytes.
    { label: 'loops', env: { HUTONG_TRANSPORT: 'loops' } },
    { label: 'pending', env: { HUTONG_TRANSPORT: 'pending' } },
    { label: 'pipe', env: { HUTONG_TRANSPORT: 'pipe' } },
    { label: 'kestrel', env: { HUTONG_TRANSPORT: 'kestrel' } },
  ],
  'Hutong.Rooms.Server.Tests': [
    { label: 'loops', env: { HUTONG_TRANSPORT: 'loops' } },
    { label: 'kestrel', env: { HUTONG_TRANSPORT: 'kestrel' } },
  ],
};
const ONLY_ONE = [{ label: '', env: {} }];

// Projects that are not .NET's: npm packages with a script "test:report" that writes vitest's JSON report to the file that it is given.
const NODE_PROJECTS = { 'Hutong.Client.TypeScript': 'clients/typescript' };

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [scratch, filter, ...debugProjects] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
const skips = [];

const dotnetProjects = readdirSync(join(root, 'tests')).filter((name) => existsSync(join(root, 'tests', name, `${name}.csproj`)));
const allProjects = [...dotnetProjects, ...Object.keys(NODE_PROJECTS)];
const namedProjects = filter ? allProjects.filter((name) => name.toLowerCase().includes(filter.toLowerCase())) : allProjects;
const projects = namedProjects.length > 0 ? namedProjects : allProjects;
const testFilter = namedProjects.length > 0 ? '' : filter;
const runs = [
  ...projects.map((project) => ({ project, configuration: 'release' })),
  ...projects.filter((project) => debugProjects.includes(project)).map((project) => ({ project, configuration: 'debug' })),
].flatMap((each) => (VARIANTS[each.project] ?? ONLY_ONE).map((variant) => ({ ...each, variant })));

// A run has a process group of its own, so that whatever it started and left behind can be ended with it, and nothing else.
let group = 0;
function endGroup(signal) {
  try {
    if (group > 0)
      process.kill(-group, signal);
  } catch {
    // Nobody is left.
  }
}

for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) {
  process.on(signal, () => {
    endGroup('SIGKILL');
    total.failed += 1;
    close(`Interrupted by ${signal}.`);
    process.exit(status);
  });
}

/** Writes the last lines. */
function close(...remarks) {
  for (const line of [...remarks, describe(total)])
    console.log(line);
  note('closed', '');
}

function note(name, text) {
  writeFileSync(join(scratch, name), text);
}

/**
 * Runs a program to its end. Its temporary files go where they are removed with the rest, whatever becomes of the run.
 * @returns {Promise<{ending: string, code: number|null, output: string}>}
 */
function execute(file, args, settings, cwd = root) {
  return new Promise((resolve) => {
    const env = { ...process.env, ...settings, TMPDIR: scratch };
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    group = child.pid ?? 0;
    if (group > 0)
      note('group', String(group));
    let output = '';
    let ending = '';
    const keep = (chunk) => { output += chunk; };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const watchdog = setTimeout(() => {
      ending = `did not end within ${LONGEST_RUN / 60_000} minutes`;
      endGroup('SIGKILL');
    }, LONGEST_RUN);
    child.on('error', (error) => { ending = `did not start: ${error.message}`; resolve({ ending, code: null, output }); });
    // What the process left behind may still hold the pipes: it is ended at "exit", which lets "close" come.
    child.on('exit', () => endGroup('SIGKILL'));
    child.on('close', (code, signal) => {
      clearTimeout(watchdog);
      group = 0;
      rmSync(join(scratch, 'group'), { force: true });
      ending ||= signal ? `was ended by ${signal}` : code === 0 ? '' : `ended with exit code ${code}`;
      resolve({ ending, code, output });
    });
  });
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Runs an npm package's tests, and gives vitest's report the form of the others. */
async function executeNode(folder, report) {
  const reason = 'its npm packages are not installed';
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) {
    const tests = [{ name: 'all of it', status: process.env.CI ? 'failed' : 'skipped', message: reason }];
    return { ending: '', code: 0, output: '', results: { tests } };
  }

  const args = ['run', '--silent', 'test:report', '--', `--outputFile=${report}`];
  if (testFilter)
    args.push('--testNamePattern', testFilter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const { ending, code, output } = await execute('npm', args, { NO_COLOR: '1' }, folder);
  const read = readJson(report);
  const files = read?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults.map((each) => ({
    name: each.fullName,
    status: each.status === 'todo' ? 'skipped' : each.status,
    message: each.failureMessages?.join('\n') || (each.status === 'passed' ? undefined : 'its name says why'),
  })));
  // A file that cannot even be loaded has no tests to report.
  tests.push(...files.filter((file) => file.status === 'failed' && !file.assertionResults.some((each) => each.status === 'failed'))
    .map((file) => ({ name: file.name, status: 'failed', message: file.message })));
  const chosen = testFilter ? tests.filter((test) => test.status === 'failed' || test.name.includes(testFilter)) : tests;
  return { ending, code: code === 1 && read ? SOME_FAILED : code, output, results: read && { tests: chosen } };
}

async function executeDotnet(project, configuration, variant, report) {
  const file = join(root, 'artifacts', 'bin', project, configuration, project);
  const args = ['--report-ctrf', '--report-ctrf-filename', report, '--results-directory', scratch, '--no-progress', '--no-ansi'];
  if (testFilter)
    args.push('--filter-method', `*${testFilter}*`);
  return { ...await execute(file, args, variant.env), results: readJson(join(scratch, report))?.results ?? null };
}

async function run({ project, configuration, variant }) {
  const details = [configuration === 'debug' ? configuration : '', variant.label].filter(Boolean).join(', ');
  const label = details ? `${project} (${details})` : project;
  const report = `${label}.json`;

  const began = Date.now();
  const folder = NODE_PROJECTS[project];
  const { ending, code, output, results } = folder
    ? await executeNode(join(root, folder), join(scratch, report))
    : await executeDotnet(project, configuration, variant, report);
  const count = { passed: 0, failed: 0, skipped: 0 };
  const complain = (name, text) => {
    count.failed += 1;
    console.log(`FAILED ${label}: ${name}\n${text.trimEnd().replace(/^/gm, '    ')}\n`);
  };

  for (const test of results?.tests ?? []) {
    if (test.status === 'passed') {
      count.passed += 1;
    } else if (test.status === 'skipped' || test.status === 'pending') {
      count.skipped += 1;
      skips.push(`SKIPPED ${label}: ${test.name}: ${test.extra?.reason ?? test.message ?? 'no reason given'}`);
    } else {
      complain(test.name, [test.message, test.trace].filter(Boolean).join('\n') || `status ${test.status}`);
    }
  }
  // The report only names what failed outside a test, such as a fixture; what it said is in the output.
  for (const error of (results?.extra?.suites ?? []).flatMap((suite) => suite.errors ?? []))
    complain(`${error.type} of ${error.name}`, output);

  const ran = count.passed + count.failed;
  if (!results)
    complain('the test process', `It ${ending || 'left no results'}.\n${output}`);
  else if (ran === 0 && !testFilter && !(folder && count.skipped > 0))
    complain('the project', 'No test ran.');
  else if (ending && count.failed === 0 && code !== NO_TEST_RAN)
    complain('the test process', `It ${ending} though no test failed.\n${output}`);
  else if (ending && code !== SOME_FAILED && code !== NO_TEST_RAN)
    complain('the test process', `It ${ending}.\n${output}`);

  for (const key of Object.keys(total))
    total[key] += count[key];
  note('totals', `${total.passed} ${total.failed} ${total.skipped}\n`);
  if (count.passed + count.failed + count.skipped > 0)
    console.log(`${label}: ${describe(count)} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
}

function describe({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

for (const each of runs)
  await run(each);
if (total.passed + total.failed === 0) {
  console.log(filter ? `No test's name contains '${filter}'.` : 'No test ran.');
  total.failed += 1;
}
close(...skips.map((line) => line.replace(/\s*\n\s*/g, ' ')));
process.exitCode = total.failed > 0 ? 1 : 0;
