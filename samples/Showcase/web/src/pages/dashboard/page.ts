import { lineChart } from '../../lib/chart.js';
import { client, rooms } from '../../lib/connection.js';
import { announce, h, setText } from '../../lib/dom.js';
import { number, texts } from '../../lib/language.js';
import type { Page } from '../../lib/page.js';

const t = texts({
  en: {
    title: 'Dashboard', lead: 'This machine and this server, measured once a second. What you see is yours: open a second window, and it is counted.',
    minute: 'Last minute', hour: 'Last hour', range: 'Span of time', load: 'Make the machine busy for 12 s', stop: 'Stop the load',
    busy: 'It is at it already.',
    cpu: 'CPU', memory: 'Memory', server: 'This server', network: 'Network', messages: 'Messages', connections: 'Connections',
    sessions: 'Sessions', lag: 'Waiting for slow readers', gc: 'Garbage collections',
    in: 'in', out: 'out', perSecond: '{n} /s', alarm: '{what} is above 90 %', calm: '{what} is back below 75 %', ok: 'All is well',
    alarmRule: 'The alarm begins above 90 % and ends below 75 %, so that it does not flap.',
    about1: 'A room with one publication a second; after a cut the missing seconds are recovered, and the charts have no hole.',
    about2: 'An alarm with hysteresis.', about3: 'Numbers of the operating system and of Hutong’s own meters.',
  },
  zh: {
    title: '仪表盘', lead: '这台机器和这台服务器，每秒量一次。您也在数字里：再开一个窗口，连接数就加一。',
    minute: '最近一分钟', hour: '最近一小时', range: '时间范围', load: '让机器忙 12 秒', stop: '停止负载', busy: '已经在忙了。',
    cpu: 'CPU', memory: '内存', server: '本服务器', network: '网络', messages: '消息', connections: '连接', sessions: '会话', lag: '慢读者积压', gc: '垃圾回收',
    in: '入', out: '出', perSecond: '每秒 {n}', alarm: '{what} 超过 90 %', calm: '{what} 已回到 75 % 以下', ok: '一切正常',
    alarmRule: '超过 90 % 告警，低于 75 % 才解除，不会来回抖动。',
    about1: '每秒发布一次的房间；断线后补回缺的几秒，图上没有缺口。', about2: '带回差的告警。', about3: '数字来自操作系统和 Hutong 自己的计量。',
  },
});

interface Sample {
  time: number; cpu: number; memory: number; networkIn: number; networkOut: number; requestsPerSecond: number; connections: number; sessions: number;
  messagesOut: number; lag: number; serverCpu: number; serverMemory: number; collections: number;
}

const LIVE = 60;
const HOUR = 3600;

export const page: Page = {
  rooms: ['metrics', '/dashboard/hour'],
  about: () => [t('about1'), t('about2'), t('about3')],
  mount(main) {
    const ended = new AbortController();
    let samples: Sample[] = [];
    let span = LIVE;
    const tiles = new Map<string, HTMLElement>();
    const tile = (key: 'cpu' | 'memory' | 'connections' | 'sessions' | 'messages' | 'network' | 'server' | 'lag' | 'gc') => {
      const value = h('dd', { 'data-testid': `value-${key}` }, '–');
      tiles.set(key, value);
      return h('div', { class: 'tile' }, h('dt', {}, t(key)), value);
    };
    const percent = (value: number | null) => value === null ? '–' : `${number(value, 1)} %`;
    const charts = [
      { key: 'cpu' as const, chart: lineChart(t('cpu'),
        [{ label: t('cpu'), colour: 'door', fill: true, value: percent }, { label: t('memory'), colour: 'blue', value: percent }],
        { max: 100, unit: ' %' }), data: (each: Sample[]) => [each.map(({ cpu }) => cpu), each.map(({ memory }) => memory)],
        title: `${t('cpu')} · ${t('memory')}` },
      { key: 'messages' as const, chart: lineChart(t('messages'),
        [{ label: t('in'), colour: 'jade', fill: true }, { label: t('out'), colour: 'door' }]),
        data: (each: Sample[]) => [each.map(({ requestsPerSecond }) => requestsPerSecond), each.map(({ messagesOut }) => messagesOut)],
        title: `${t('messages')} · /s` },
      { key: 'network' as const, chart: lineChart(t('network'),
        [{ label: t('in'), colour: 'jade', fill: true }, { label: t('out'), colour: 'door' }]),
        data: (each: Sample[]) => [each.map(({ networkIn }) => networkIn), each.map(({ networkOut }) => networkOut)],
        title: `${t('network')} · MB/s` },
      { key: 'server' as const, chart: lineChart(t('server'),
        [{ label: 'CPU', colour: 'door', value: percent }, { label: 'MiB', colour: 'blue' }]),
        data: (each: Sample[]) => [each.map(({ serverCpu }) => serverCpu), each.map(({ serverMemory }) => serverMemory)],
        title: `${t('server')} · % · MiB` },
    ];
    const alarm = h('p', { class: 'alarm', role: 'status', 'data-testid': 'alarm' }, t('ok'));
    const problem = h('p', { class: 'problem', role: 'alert' });
    const button = (on: boolean) => h('button',
      { type: 'button', class: on ? 'button primary' : 'button', 'data-testid': on ? 'load' : 'unload', onclick: async () => {
      setText(problem, '');
      await client.request('load', { on }).catch((error) => setText(problem, error.code === 'busy' ? t('busy') : String(error.message)));
    } }, t(on ? 'load' : 'stop'));
    const spanButton = (seconds: number, key: 'minute' | 'hour') => h('button',
      { type: 'button', class: 'button small', 'aria-pressed': String(seconds === span), onclick: (event: Event) => {
      span = seconds;
      for (const each of (event.currentTarget as HTMLElement).parentElement!.children)
        each.setAttribute('aria-pressed', String(each === event.currentTarget));
      draw();
    } }, t(key));
    main.append(
      h('div', { class: 'title-row' }, h('div', { class: 'title' }, h('h1', {}, t('title')), h('p', { class: 'muted' }, t('lead'))), alarm),
      h('dl', { class: 'tiles' }, tile('cpu'), tile('memory'), tile('connections'), tile('sessions'), tile('messages'), tile('network'),
        tile('server'), tile('lag'), tile('gc')),
      h('div', { class: 'title-row' },
        h('div', { class: 'row', role: 'group', 'aria-label': t('range') }, spanButton(LIVE, 'minute'), spanButton(HOUR, 'hour')),
        h('div', { class: 'row' }, button(true), button(false))),
      problem,
      h('div', { class: 'charts' }, ...charts.map(({ chart, title }) => h('section', { class: 'card' }, h('h2', {}, title),
        chart.element))),
      h('p', { class: 'muted small' }, t('alarmRule')));

    function draw(): void {
      const shown = samples.slice(-span);
      const last = shown.at(-1);
      for (const { chart, data } of charts)
        chart.set([shown.map(({ time }) => time / 1000), ...data(shown)] as never);
      if (!last)
        return;
      const values = {
        cpu: `${number(last.cpu, 1)} %`, memory: `${number(last.memory, 1)} %`, connections: number(last.connections),
        sessions: number(last.sessions),
        messages: `↓ ${number(last.requestsPerSecond)}  ↑ ${number(last.messagesOut)} /s`,
        network: `↓ ${number(last.networkIn, 2)}  ↑ ${number(last.networkOut, 2)} MB/s`,
        server: `${number(last.serverCpu, 1)} % · ${number(last.serverMemory, 0)} MiB`, lag: `${number(last.lag)} B`,
        gc: t('perSecond', { n: number(last.collections) }),
      };
      for (const [key, value] of Object.entries(values))
        setText(tiles.get(key)!, value);
    }

    const on = { cpu: false, memory: false };
    function drawAlarm(): void {
      const high = (['cpu', 'memory'] as const).filter((each) => on[each]);
      alarm.classList.toggle('on', high.length > 0);
      setText(alarm, high.length ? high.map((each) => t('alarm', { what: t(each) })).join(' · ') : t('ok'));
    }

    const room = rooms.join('metrics');
    room.on<Sample>('metrics', (sample) => {
      if (sample.time <= (samples.at(-1)?.time ?? 0))
        return;
      samples.push(sample);
      if (samples.length > HOUR)
        samples.shift();
      draw();
    }, { signal: ended.signal });
    room.on('alarm', ({ what, isOn }: { what: 'cpu' | 'memory'; isOn: boolean }) => {
      on[what] = isOn;
      drawAlarm();
      announce(t(isOn ? 'alarm' : 'calm', { what: t(what) }));
      if (isOn && document.hidden && 'Notification' in globalThis && Notification.permission === 'granted')
        new Notification(t('alarm', { what: t(what) }));
    }, { signal: ended.signal });
    const load = async () => {
      const { samples: past, alarms } = await (await fetch('/dashboard/hour')).json();
      const known = new Set(past.map(({ time }: Sample) => time));
      samples = [...past, ...samples.filter(({ time }) => !known.has(time))].sort((a, b) => a.time - b.time);
      Object.assign(on, alarms);
      drawAlarm();
      draw();
    };
    room.addEventListener('gap', () => void load().catch(() => {}), { signal: ended.signal });
    void load().catch(() => {});
    return () => {
      ended.abort();
      void room.leave();
      for (const { chart } of charts)
        chart.destroy();
    };
  },
};
