import { h, icon } from '../lib/dom.js';
import { number, texts } from '../lib/language.js';
import type { Page } from '../lib/page.js';
import { doors, type ClosedDoor } from '../shell/doors.js';
import { t as names } from '../shell/texts.js';

const t = texts({
  en: {
    title: 'One lane, many doors',
    lead: 'HTTP is “you ask, I answer”. Here either side speaks at any time. Behind each door is a scenario that you can use now, alone or in two windows, on one connection and one server.',
    chat: 'Rooms, images, reactions. Cut the line: nothing is missing afterwards.',
    ticker: 'Two hundred symbols. Who reads slowly gets the newest price, not the oldest.',
    notifications: 'To a person, wherever they are. Unread stays unread until it is read.',
    dashboard: 'This server’s own metrics, second by second, and an alarm that does not flap.',
    game: 'An arena at thirty ticks a second, predicted and interpolated.',
    lab: 'Five transports side by side, measured on your machine.',
    frames: 'A handshake and its frames, byte by byte, with your own words.',
    socketio: 'The official client, unchanged, at one table with ours.',
    seeds: 'Client classes from five guides, as they stand, in the same rooms.',
    editor: 'Several people in one document.',
    how: 'How to see the most of it',
    how1: 'Open a page in two windows, side by side.',
    how2: 'Stop the server with Ctrl+C, write something, start it again.',
    how3: 'Look behind the door: each page shows its own frames and its own source.',
    soon: 'Coming',
    about1: 'One connection serves the whole site: a page joins its rooms when it opens, and leaves them when it closes.',
    about2: 'The list of frames below is what this very connection has just said and heard.',
    about3: 'The code is the one that runs: read from the repository when the site was built.',
  },
  zh: {
    title: '一条胡同，许多扇门',
    lead: 'HTTP 是“你问我答”，这里双方随时都能开口。每扇门后都是一个马上能用的场景：一个人，或两个窗口；一条连接，一台服务器。',
    chat: '房间、图片、表情回应。把线剪断，接上后一条不少。',
    ticker: '两百只股票。读得慢的人拿到最新价，而不是最旧的价。',
    notifications: '人在哪里，通知就到哪里。没读过的，一直算未读。',
    dashboard: '这台服务器自己的指标，每秒一次；告警不会来回抖动。',
    game: '每秒三十拍的竞技场，带预测与插值。',
    lab: '五种传输方式并排跑，在您的机器上量。',
    frames: '用您自己写的话，逐字节看握手与帧。',
    socketio: '官方客户端，原样使用，与我们的同坐一桌。',
    seeds: '五篇指南里的客户端类，一字不改，进同样的房间。',
    editor: '几个人写同一份文档。',
    how: '怎样看得最多',
    how1: '同一页开两个窗口，并排放。',
    how2: '按 Ctrl+C 停掉服务器，写点东西，再启动它。',
    how3: '看看门后：每一页都列出自己的帧和自己的源代码。',
    soon: '即将开放',
    about1: '整个站点只用一条连接：页面打开时加入自己的房间，关闭时离开。',
    about2: '下面的帧列表，就是这条连接刚刚说的和听到的。',
    about3: '代码就是正在运行的代码：构建站点时从仓库里读出来。',
  },
});

const CLOSED: [ClosedDoor, string][] = [
  ['editor', 'M5 4h10l4 4v12H5zM9 13h6M9 17h4'],
];

/** The map of the lane. */
export const page: Page = {
  rooms: ['/rt'],
  about: () => [t('about1'), t('about2'), t('about3')],
  mount(main) {
    const isOpen = (name: string) => doors.some((door) => door.name === name);
    main.append(
      h('div', { class: 'hero' }, h('h1', {}, t('title')), h('p', { class: 'lead' }, t('lead'))),
      h('ul', { class: 'gates' },
        ...doors.slice(1).map((door, index) => h('li', {}, h('a', { class: 'gate', href: door.path },
          h('span', { class: 'plate', 'aria-hidden': 'true' }, number(index + 1)),
          icon(door.icon),
          h('h2', {}, names(door.name)),
          h('p', {}, door.name === 'home' ? '' : t(door.name))))),
        ...CLOSED.filter(([name]) => !isOpen(name)).map(([name, path]) => h('li', {}, h('div', { class: 'gate closed' },
          h('span', { class: 'plate', 'aria-hidden': 'true' }, '…'),
          icon(path),
          h('h2', {}, names(name), ' ', h('small', { class: 'badge' }, t('soon'))),
          h('p', {}, t(name)))))),
      h('section', { class: 'how' }, h('h2', {}, t('how')),
        h('ol', {}, ...(['how1', 'how2', 'how3'] as const).map((each) => h('li', {}, t(each))))));
    return () => {};
  },
};
