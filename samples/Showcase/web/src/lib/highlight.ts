const KEYWORDS = new Set((
  'abstract as async await base bool break byte case catch class const continue default delete do double else enum export extends false finally '
  + 'float for foreach from function get if implements import in init int interface internal is let lock long namespace new null object of out override params '
  + 'partial private protected public readonly record ref return sealed set short static string struct super switch this throw true try type typeof uint ulong '
  + 'undefined using var void while with yield').split(' '));

const TOKEN = /(\/\/[^\n]*|\/\*[\s\S]*?\*\/)|("""[\s\S]*?"""|@?\$?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(\b\d[\d_.]*[a-zA-Z]*\b)|([A-Za-z_#]\w*)|(\s+|[^\sA-Za-z_#\d"'`/]+|.)/g;

/** Colours a source, C# or TypeScript, by building spans of text. */
export function highlight(source: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const [text, comment, literal, digits, word] of source.matchAll(TOKEN)) {
    const kind = comment ? 'comment' : literal ? 'literal' : digits ? 'digits' : word && KEYWORDS.has(word) ? 'keyword' : word && /^[A-Z]/.test(word) ? 'type' : '';
    if (!kind) {
      fragment.append(text);
      continue;
    }
    const span = document.createElement('span');
    span.className = `hl-${kind}`;
    span.textContent = text;
    fragment.append(span);
  }
  return fragment;
}
