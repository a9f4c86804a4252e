import { fromBase64 } from 'hutong-client';
import { fill, h, setText } from '../../lib/dom.js';
import { texts } from '../../lib/language.js';
import type { Page } from '../../lib/page.js';
import { bits, dissect, hex, type Anatomy } from './anatomy.js';

const t = texts({
  en: {
    title: 'Handshake and frames', lead: 'The server opens a connection to itself, byte for byte as a browser would, with your words. What you see below went over the wire just now.',
    text: 'Your words', pieces: 'In how many frames', reason: 'Reason for closing', go: 'Walk the connection', bye: 'Goodbye',
    hello: 'Hello, 胡同!', failed: 'The walk did not come to its end. Try again.',
    client: 'Client', server: 'Server', request: 'asks for an upgrade', response: 'agrees: from here on it is no longer HTTP',
    accept: 'How the answer is made: the key, a fixed text behind it, SHA-1, Base64. It proves that the server speaks WebSocket, and nothing else.',
    op0: 'continuation', op1: 'text', op2: 'binary', op8: 'close', op9: 'ping', op10: 'pong',
    frame: '{op} frame (opcode {n}), {length} bytes of payload', first: 'end and opcode', second: 'mask bit and length',
    length: 'extended length', mask: 'masking key', payload: 'payload', masked: 'payload, masked',
    more: 'more follows', last: 'the message ends here', isMasked: 'masked: a client must', notMasked: 'not masked: a server must not',
    says: 'Says', code: 'code {n}', end: 'Both have said close: the server ends the TCP connection.',
    fin: 'FIN', rsv: 'RSV', opcode: 'opcode', maskBit: 'MASK', len: 'length',
    about1: 'The opening handshake with its key and its answer, computed before your eyes.',
    about2: 'Frames bit by bit: end, opcode, mask, length.', about3: 'Fragmentation, ping and pong, the closing handshake.',
  },
  zh: {
    title: '握手与帧', lead: '服务器连接它自己，和浏览器一样逐字节地说话，内容由您来写。下面就是刚才线上传过的字节。',
    text: '您的话', pieces: '分成几帧', reason: '关闭原因', go: '走一遍连接', bye: '再见', hello: '你好，胡同！', failed: '没能走完，请再试一次。',
    client: '客户端', server: '服务器', request: '请求升级', response: '同意：从这里起就不再是 HTTP',
    accept: '应答的算法：密钥后面接一段固定文字，取 SHA-1，再做 Base64。它只证明服务器懂 WebSocket。',
    op0: '延续', op1: '文本', op2: '二进制', op8: '关闭', op9: 'ping ', op10: 'pong ',
    frame: '{op}帧（操作码 {n}），负载 {length} 字节', first: '结束位与操作码', second: '掩码位与长度', length: '扩展长度', mask: '掩码键', payload: '负载',
    masked: '负载（已掩码）',
    more: '后面还有', last: '消息到此结束', isMasked: '有掩码：客户端必须有', notMasked: '无掩码：服务器不得有', says: '内容', code: '代码 {n}', end: '双方都已关闭：服务器结束 TCP 连接。',
    fin: 'FIN', rsv: 'RSV', opcode: '操作码', maskBit: 'MASK', len: '长度',
    about1: '握手的密钥与应答，当面算给您看。', about2: '一位一位地看帧：结束位、操作码、掩码、长度。', about3: '分片、ping 与 pong、关闭握手。',
  },
});

interface Step { from: 'client' | 'server'; kind: 'request' | 'response' | 'frame'; bytes: string }

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const OPCODES = [0, 1, 2, 8, 9, 10];

export const page: Page = {
  rooms: ['/frames/walk', '/seeds/echo'],
  about: () => [t('about1'), t('about2'), t('about3')],
  mount(main) {
    let turn = 0;
    const text = h('input', { class: 'input', id: 'walk-text', maxlength: '200', '.value': t('hello'), 'data-testid': 'walk-text' });
    const pieces = h('input', { class: 'input', id: 'walk-pieces', type: 'number', min: '1', max: '5', '.value': '2',
      'data-testid': 'walk-pieces' });
    const reason = h('input', { class: 'input', id: 'walk-reason', maxlength: '40', '.value': t('bye') });
    const problem = h('p', { class: 'problem', role: 'alert' });
    const steps = h('ol', { class: 'steps', 'data-testid': 'steps', 'aria-live': 'polite' });
    const field = (id: string, label: string, input: HTMLElement) => h('div', {}, h('label', { for: id }, label), input);

    async function walk(): Promise<void> {
      const mine = ++turn;
      setText(problem, '');
      try {
        const answer = await fetch('/frames/walk', {
          method: 'POST', headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ text: text.value, pieces: pieces.valueAsNumber || 1, reason: reason.value }),
        });
        if (!answer.ok)
          throw new Error(String(answer.status));
        const walked: Step[] = (await answer.json()).steps;
        const accept = await computeAccept(walked);
        // Whoever asked again waits for the later answer.
        if (mine === turn)
          fill(steps, ...walked.map((step) => step.kind === 'frame' ? frame(step) : head(step, accept)),
            h('li', { class: 'step last muted' }, t('end')));
      } catch {
        if (mine === turn)
          setText(problem, t('failed'));
      }
    }

    main.append(
      h('div', { class: 'title' }, h('h1', {}, t('title')), h('p', { class: 'muted' }, t('lead'))),
      h('form', { class: 'card walk', onsubmit: (event: Event) => { event.preventDefault(); void walk(); } },
        field('walk-text', t('text'), text), field('walk-pieces', t('pieces'), pieces), field('walk-reason', t('reason'), reason),
        h('button', { class: 'button primary', 'data-testid': 'walk' }, t('go'))),
      problem, steps);
    void walk();
    return () => { turn++; };
  },
};

/** The key that was sent, and what must come back. Browsers hide SHA-1 from pages that did not come over a safe way. */
async function computeAccept(steps: Step[]): Promise<{ key: string; accept: string } | undefined> {
  const asked = new TextDecoder().decode(fromBase64(steps[0]!.bytes));
  const key = /Sec-WebSocket-Key: (\S+)/.exec(asked)?.[1];
  if (!key || !globalThis.crypto?.subtle)
    return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(key + GUID)));
  return { key, accept: btoa(String.fromCharCode(...digest)) };
}

function title(step: Step, what: string): HTMLElement {
  return h('h2', {}, h('span', { class: `who ${step.from}` }, `${step.from === 'client' ? '→' : '←'} ${t(step.from)}`), ' ', what);
}

function head(step: Step, computed: { key: string; accept: string } | undefined): HTMLElement {
  const lines = new TextDecoder().decode(fromBase64(step.bytes)).trimEnd().split('\r\n');
  return h('li', { class: `step ${step.from}`, 'data-testid': 'step' },
    title(step, t(step.kind as 'request' | 'response')),
    h('pre', { tabindex: '0', 'aria-label': t(step.kind as 'request' | 'response') },
      h('code', {}, ...lines.map((line) => h('span', { class: /^(Upgrade|Connection|Sec-)/i.test(line) ? 'line marked' : 'line' },
        `${line}\n`)))),
    step.kind === 'response' && computed && h('div', { class: 'accept' }, h('p', {}, t('accept')),
      h('code', {}, `base64(sha1("${computed.key}" + "${GUID}"))`),
      h('code', { class: 'result', 'data-testid': 'accept' }, `= ${computed.accept}`)));
}

function frame(step: Step): HTMLElement {
  const anatomy = dissect(fromBase64(step.bytes));
  const op = OPCODES.includes(anatomy.opcode) ? t(`op${anatomy.opcode}` as 'op1') : '';
  return h('li', { class: `step ${step.from}`, 'data-testid': 'step' },
    title(step, t('frame', { op, n: anatomy.opcode, length: anatomy.length })),
    h('div', { class: 'bytes' }, ...anatomy.parts.map(({ kind, bytes }) => h('div', { class: `part ${kind}` },
      h('div', { class: 'cells' }, ...[...bytes.subarray(0, 48)].map((byte) => h('code', {}, hex(byte))),
        bytes.length > 48 && h('code', {}, '…')),
      h('small', {}, kind === 'payload' && anatomy.masked ? t('masked') : t(kind))))),
    bitTable(anatomy),
    h('p', { class: 'says' }, h('span', { class: 'muted' }, `${t('says')}: `), h('q', {}, says(anatomy))));
}

/** The first two bytes, as the RFC draws them. */
function bitTable({ parts, final, opcode, masked, length }: Anatomy): HTMLElement {
  const [one, two] = [bits(parts[0]!.bytes[0]!), bits(parts[1]!.bytes[0]!)];
  const cell = (value: string, name: string, note: string) => h('div', { class: 'bit' }, h('code', {}, value), h('b', {}, name),
    h('small', {}, note));
  return h('div', { class: 'bits' },
    cell(one[0]!, t('fin'), t(final ? 'last' : 'more')), cell(one.slice(1, 4), t('rsv'), '–'),
    cell(one.slice(4), t('opcode'), `${opcode} · ${OPCODES.includes(opcode) ? t(`op${opcode}` as 'op1') : ''}`),
    cell(two[0]!, t('maskBit'), t(masked ? 'isMasked' : 'notMasked')), cell(two.slice(1), t('len'), String(length)));
}

function says({ opcode, payload }: Anatomy): string {
  if (opcode !== 8)
    return new TextDecoder().decode(payload);
  const code = payload.length >= 2 ? payload[0]! * 256 + payload[1]! : 1005;
  return `${t('code', { n: code })} ${new TextDecoder().decode(payload.subarray(2))}`.trim();
}
