// Writes the report.   node main.mjs RESULTS-FOLDER OUTPUT-FOLDER
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chart } from './chart.mjs';
import { read } from './figures.mjs';
import { page } from './page.mjs';

const [results, output] = process.argv.slice(2);
const { run, cells } = read(results);
writeFileSync(join(output, 'performance.svg'), chart(run, cells));
writeFileSync(join(output, 'performance.md'), page(run, cells));
