// Numbers and tables, as the page shows them.

export const number = (value) => {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
};
export const factor = (value) => value.toFixed(value >= 10 ? 1 : 2);
export const times = (value) => `${factor(value)} ×`;

export function table(header, rows, align = 'right') {
  const line = (row) => `| ${row.join(' | ')} |`;
  return [line(header), line(header.map((_, i) => (i === 0 || align === 'left' ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
