import uPlot, { type AlignedData, type Options } from 'uplot';
import { colour } from './colour.js';
import { texts } from './language.js';

export interface Line {
  label: string;
  /** Name of a colour of the site. */
  colour: string;
  fill?: boolean;
  value?: (value: number | null) => string;
}

export interface Chart {
  element: HTMLElement;
  set(data: AlignedData): void;
  destroy(): void;
}

const t = texts({ en: { time: 'Time' }, zh: { time: '时间' } });
const DECADES = [0.1, 1, 10, 100, 1000, 10_000];
const FONT = '12px system-ui, sans-serif';

/** A chart that has the site's colours, fills its place, and is drawn anew when one of these changes. */
export function lineChart(name: string, lines: Line[],
  options: { height?: number; max?: number; log?: boolean; candles?: boolean; unit?: string } = {}): Chart {
  const element = document.createElement('div');
  element.className = 'chart';
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', name);
  const { height = 190, max, log, candles, unit = '' } = options;
  let data: AlignedData = [[], ...lines.map(() => [])] as unknown as AlignedData;
  let plot: uPlot | undefined;

  function build(): void {
    plot?.destroy();
    const [soft, grid] = [colour('soft'), colour('line')];
    const splits = (_: uPlot, __: number, low: number, high: number) => DECADES.filter((each) => each >= low && each <= high);
    const axis = { stroke: soft, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: FONT };
    const settings: Options = {
      width: Math.max(200, element.clientWidth),
      height,
      padding: [10, 26, 0, 0],
      legend: { show: lines.length > 1 && !candles },
      cursor: { drag: { x: false, y: false }, points: { size: 6 } },
      scales: { y: log ? { distr: 3 } : { range: (_, low, high) => max !== undefined ? [0, max] : candles ? pad(low, high) : [0,
        Math.max(1, (high || 0) * 1.15)] } },
      axes: [
        { ...axis, space: 80, values: (_,
          times) => times.map((time) => new Date(time * 1000).toLocaleTimeString('en-GB',
            { hour: '2-digit', minute: '2-digit', second: '2-digit' })) },
        { ...axis, size: 68, ...(log && { splits }),
          values: (_, values) => values.map((value) => value === null ? '' : `${+value.toPrecision(6)}${unit}`) },
      ],
      series: [
        { label: t('time'), value: (_, time) => time ? new Date(time * 1000).toLocaleTimeString('en-GB') : '–' },
        ...lines.map((line, index) => ({
          label: line.label,
          stroke: colour(line.colour),
          width: 1.75,
          fill: line.fill ? colour(line.colour).replace(/^rgb\((.*)\)$/, 'rgba($1, 0.12)') : undefined,
          points: { show: false },
          paths: candles ? (index === 3 ? drawCandles : () => null) : undefined,
          value: (_: uPlot, value: number | null) => line.value ? line.value(value) : value === null ? '–' : `${+value.toPrecision(6)}${unit}`,
        })),
      ],
    };
    plot = new uPlot(settings, data, element);
    tell();
  }

  /** Under the chart stands what is under the pointer; without one, what is newest. */
  function tell(): void {
    if (plot && data[0].length && (plot.cursor.left ?? -1) < 0)
      plot.setLegend({ idx: data[0].length - 1 });
  }

  const resized = new ResizeObserver(() => {
    if (!plot)
      build();
    else if (Math.abs(plot.width - element.clientWidth) > 1)
      plot.setSize({ width: Math.max(200, element.clientWidth), height });
  });
  resized.observe(element);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const rebuild = () => plot && build();
  addEventListener('themechange', rebuild);
  dark.addEventListener('change', rebuild);

  return {
    element,
    set(given) {
      data = given;
      plot?.setData(given);
      tell();
    },
    destroy() {
      resized.disconnect();
      removeEventListener('themechange', rebuild);
      dark.removeEventListener('change', rebuild);
      plot?.destroy();
    },
  };
}

function pad(low: number, high: number): [number, number] {
  const room = Math.max((high - low) * 0.08, high * 0.0005);
  return [low - room, high + room];
}

/** Series are open, high, low and close; one body and one wick for each. */
function drawCandles(plot: uPlot): null {
  const { ctx } = plot;
  const [times, opens, highs, lows, closes] = plot.data as number[][];
  const width = Math.max(1, Math.min(14 * devicePixelRatio, plot.bbox.width / Math.max(1, times!.length) * 0.7));
  const [up, down] = [colour('jade'), colour('door')];
  ctx.save();
  times!.forEach((time, index) => {
    const x = plot.valToPos(time, 'x', true);
    const y = (value: number) => plot.valToPos(value, 'y', true);
    const [open, close] = [opens![index]!, closes![index]!];
    ctx.fillStyle = close >= open ? up : down;
    ctx.fillRect(x - devicePixelRatio / 2, y(highs![index]!), devicePixelRatio, y(lows![index]!) - y(highs![index]!));
    ctx.fillRect(x - width / 2, Math.min(y(open), y(close)), width, Math.max(devicePixelRatio, Math.abs(y(close) - y(open))));
  });
  ctx.restore();
  return null;
}

/** A line without axes, for one cell. */
export function sparkline(canvas: HTMLCanvasElement, values: number[], name: string): void {
  const ratio = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth || 96, canvas.clientHeight || 28];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  context.clearRect(0, 0, width, height);
  if (values.length < 2)
    return;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  context.beginPath();
  values.forEach((value, index) => {
    const x = 1 + index * (width - 2) / (values.length - 1);
    const y = height - 3 - (high > low ? (value - low) / (high - low) : 0.5) * (height - 6);
    index ? context.lineTo(x, y) : context.moveTo(x, y);
  });
  context.strokeStyle = name;
  context.lineWidth = 1.5;
  context.lineJoin = 'round';
  context.stroke();
}
