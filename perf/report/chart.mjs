// performance.svg: small groups of bars, in a card of its own so that it reads on any page.
import { costOf, isIdle, ratio } from './figures.mjs';
import { describeCase, SERVERS } from './names.mjs';

const LEFT = ['echo125x1', 'echo125x16', 'echo16Kx1', 'echo1Mx1', 'idle10000'];
const RIGHT = ['broadcast10000x1', 'handshake', 'deflate1Kx1', 'wss125x1'];
const BARS = ['hutong', 'hutong-pipe', 'aspnetcore', 'ws', 'gorilla', 'bun'];

const WIDTH = 960, PAD = 32, GUTTER = 48, COLUMN = (WIDTH - 2 * PAD - GUTTER) / 2;
const NAMES = 136, VALUES = 62, BAR = 14, STEP = 20, TITLE = 26, GAP = 22, TOP = 116, ABOUT = 132;

const escape = (s) => String(s).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const name = (server) => SERVERS[server].name.replaceAll('`', '');

const STYLE = `
  .card { fill: #fffdfa; stroke: #ddd6cc }
  .h { fill: #26221e; font-size: 21px; font-weight: 650; letter-spacing: -.01em }
  .g { fill: #26221e; font-size: 14px; font-weight: 620 }
  .soft { fill: #655e56; font-size: 13px }
  .n { fill: #655e56; font-size: 13px; text-anchor: end }
  .v { fill: #26221e; font-size: 13px; font-variant-numeric: tabular-nums; stroke: #fffdfa; stroke-width: 5px; stroke-linejoin: round; paint-order: stroke }
  .us { font-weight: 650; fill: #a32c18 }
  .bar { fill: #b3a99d }
  .base { fill: #82786d }
  .ours { fill: #b0311d }
  .rule { stroke: #8c847a; stroke-width: 1; stroke-dasharray: 2 3 }
  .line { stroke: #ddd6cc }
  @media (prefers-color-scheme: dark) {
    .card { fill: #1c1a18; stroke: #38332f }
    .h, .g, .v { fill: #efeae3 }
    .v { stroke: #1c1a18 }
    .soft, .n { fill: #aca49a }
    .us { fill: #f08d75 }
    .bar { fill: #5d564e }
    .base { fill: #8a8176 }
    .ours { fill: #d5482f }
    .rule { stroke: #aca49a }
    .line { stroke: #38332f }
  }`;

/** One bar: its length in pixels, its label, or why there is none. */
function row(server, y, x, length, label, why) {
  const us = server === 'hutong' ? ' us' : '';
  const kind = server === 'hutong' ? 'ours' : server === 'aspnetcore' ? 'base' : 'bar';
  const start = x + NAMES;
  const text = `<text class="n${us}" x="${start - 10}" y="${y + 11.5}">${escape(name(server))}</text>`;
  if (length === null) return `${text}<text class="soft" x="${start + 4}" y="${y + 11.5}">${escape(why)}</text>`;
  const width = Math.max(1.5, length);
  const r = Math.min(3, width / 2);
  // Square where the bar begins, rounded where it ends.
  const bar = `<path class="${kind}" d="M${start} ${y}h${(width - r).toFixed(1)}a${r} ${r} 0 0 1 ${r} ${r}v${BAR - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${(r - width).toFixed(1)}z"/>`;
  return `${text}${bar}<text class="v${us}" x="${(start + width + 7).toFixed(1)}" y="${y + 11.5}">${escape(label)}</text>`;
}

function reason(cell) {
  return (cell.failures[0] ?? 'no figure').split(':')[0];
}

export function chart(run, cells) {
  const has = (list) => list.filter((c) => cells[c]);
  const columns = [has(LEFT), has(RIGHT)];
  const servers = BARS.filter((server) => run.servers.includes(server));
  const barsOf = (c) => servers.filter((server) => cells[c][server]);
  const heightOf = (c) => TITLE + barsOf(c).length * STEP + GAP;
  const ratios = columns.flat().filter((c) => !isIdle(c)).flatMap((c) => servers.map((s) => ratio(cells, c, s, 'aspnetcore')?.value ?? 0));
  const most = Math.max(1.5, ...ratios);
  const pixels = (COLUMN - NAMES - VALUES) / most;
  const [left, right] = columns.map((list) => list.reduce((sum, c) => sum + heightOf(c), TOP));
  const height = Math.max(left, right + ABOUT) + PAD - GAP + 4;
  const spoken = [];
  let body = '';

  columns.forEach((list, column) => {
    const x = PAD + column * (COLUMN + GUTTER);
    let y = TOP;
    list.forEach((c) => {
      const idle = isIdle(c), bars = barsOf(c);
      const costs = bars.map((s) => cells[c][s]?.stat(costOf(c))?.median ?? 0);
      const unit = idle ? (COLUMN - NAMES - VALUES) / Math.max(0.001, ...costs) : pixels;
      body += `<text class="g" x="${x}" y="${y + 13}">${escape(describeCase(c, run).title)}${idle ? '<tspan class="soft" font-weight="400" dx="8">KB a connection, less is better</tspan>' : ''}</text>\n`;
      const first = y + TITLE;
      const said = [];
      if (!idle) {
        const one = (x + NAMES + pixels).toFixed(1);
        body += `<path class="rule" d="M${one} ${first - 4}v${bars.length * STEP + 2}"/>\n`;
      }
      bars.forEach((server, j) => {
        const value = idle ? cells[c][server]?.stat(costOf(c))?.median : ratio(cells, c, server, 'aspnetcore')?.value;
        const none = value === undefined || value === null;
        const label = none ? '' : idle ? value.toFixed(1) : `${value.toFixed(value >= 10 ? 1 : 2)} ×`;
        body += `${row(server, first + j * STEP, x, none ? null : Math.max(0, value * unit), label, reason(cells[c][server]))}\n`;
        said.push(`${name(server)} ${none ? reason(cells[c][server]) : label}`);
      });
      spoken.push(`${describeCase(c, run).title}: ${said.join(', ')}.`);
      y += heightOf(c);
    });
  });

  const x = PAD + COLUMN + GUTTER, y = Math.max(right, left - ABOUT);
  const about = [
    `Medians of ${run.rounds} interleaved round${run.rounds > 1 ? 's' : ''} of ${run.seconds} s.`,
    `One run on one machine: ${run.cpu.replaceAll(/\((R|TM)\)/g, '')}.`,
    'One core for the server, another for the load.',
    `.NET ${run.dotnet}, Node ${run.node.replace('v', '')}, ws ${run.ws}, Bun ${run.bun}, Go ${run.go}.`,
  ];
  if (run.quick || run.rounds < 5) about.unshift('A short run: not for quoting.');
  body += `<path class="line" d="M${x} ${y + 4}h${COLUMN}"/>\n`;
  body += about.map((line, i) => `<text class="soft" x="${x}" y="${y + 28 + i * 19}">${escape(line)}</text>`).join('\n');

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif">
<title id="title">Messages for the same processor time, relative to ASP.NET Core's WebSockets</title>
<desc id="desc">${escape(spoken.join(' '))} One machine, one run, on ${escape(run.started)}.</desc>
<style>${STYLE}
</style>
<rect class="card" x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="10"/>
<text class="h" x="${PAD}" y="52">Messages for the same processor time</text>
<text class="soft" x="${PAD}" y="76">Longer is better. The dotted line, 1 ×, is ASP.NET Core's own WebSockets.</text>
${body}
</svg>
`;
}
