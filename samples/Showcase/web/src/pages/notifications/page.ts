import { client } from '../../lib/connection.js';
import { fill, h, icon, setText } from '../../lib/dom.js';
import { clock, texts } from '../../lib/language.js';
import { inbox, type Receipt } from '../../lib/inbox.js';
import type { Page } from '../../lib/page.js';
import { randomId, visitor } from '../../lib/settings.js';

const t = texts({
  en: {
    title: 'Notifications', lead: 'A notice goes to a person, in however many windows. Nobody there? It waits in the inbox.',
    me: 'I am', change: 'Use this name', inbox: 'Inbox of {name}', unread: '{n} unread', none: 'Nothing yet. Send yourself something.',
    readAll: 'Mark all as read', read: 'Mark as read', from: 'from {name}',
    send: 'Send a notice', to: 'To', heading: 'Title', text: 'Text', level: 'Kind', info: 'Information', success: 'Success',
    warning: 'Warning', error: 'Error', go: 'Send',
    sent: 'Sent', queued: 'Kept until there is a connection', windows: 'in {n} windows now', waits: 'nobody there: it waits',
    delivered: 'Delivered', wasRead: 'Read by {name}', failed: 'Failed: {why}', receipts: 'What became of it',
    allow: 'Show them outside this page too', allowed: 'The browser shows them while this page is hidden.',
    denied: 'The browser has been told not to show notices of this site.', 
    about1: 'One room a person; its history is the inbox, so that what came while nobody was there is there. It is listened to behind every door.',
    about2: 'Toasts leave after five seconds, and wait while the pointer or the focus is on them.',
    about3: 'Permission is asked when somebody presses the button, not before.', about4: 'Receipts go back to the sender: delivered, read.',
    example: 'Order 1024', exampleText: 'Your parcel is on its way.',
  },
  zh: {
    title: '通知', lead: '通知发给人，不管开了几个窗口。人不在？就在收件箱里等。',
    me: '我是', change: '用这个名字', inbox: '{name} 的收件箱', unread: '{n} 条未读', none: '还没有通知，给自己发一条试试。', readAll: '全部标为已读', read: '标为已读',
    from: '来自 {name}',
    send: '发送通知', to: '收件人', heading: '标题', text: '内容', level: '类型', info: '信息', success: '成功', warning: '警告', error: '错误', go: '发送',
    sent: '已发送', queued: '已保存，连上后发送', windows: '现有 {n} 个窗口在看', waits: '人不在，先等着', delivered: '已送达', wasRead: '{name} 已读', failed: '失败：{why}',
    receipts: '后来怎样了',
    allow: '页面之外也显示', allowed: '页面隐藏时由浏览器显示。', denied: '浏览器已被设置为不显示本站通知。', 
    about1: '一人一个房间，历史就是收件箱：人不在时来的，回来都在。走到哪扇门后，都能收到。', about2: '页内通知五秒后消失；指针或焦点停在上面时会等着。', about3: '按下按钮时才请求权限，绝不提前。', about4: '回执会送回发件人：已送达、已读。',
    example: '订单 1024', exampleText: '您的包裹已发出。',
  },
});

const LEVELS = ['info', 'success', 'warning', 'error'] as const;

export const page: Page = {
  rooms: ['inbox:*'],
  about: () => [t('about1'), t('about2'), t('about3'), t('about4')],
  mount(main) {
    visitor.name ||= `guest-${randomId(2)}`;
    const ended = new AbortController();
    const sent = new Map<string, { element: HTMLElement; text: string }>();

    const me = h('input', { class: 'input', id: 'me', maxlength: '24', required: true, '.value': visitor.name, 'data-testid': 'me' });
    const inboxTitle = h('h2', {});
    const unread = h('span', { class: 'count', 'data-testid': 'unread' });
    const list = h('ul', { class: 'notices', 'data-testid': 'inbox' });
    const outbox = h('ul', { class: 'outbox', 'data-testid': 'outbox', 'aria-live': 'polite' });
    const permission = h('div', { class: 'row' });
    const field = (name: string, label: string, value: string, maxlength: number) => {
      const input = h('input', { class: 'input', id: `notice-${name}`, maxlength: String(maxlength), '.value': value,
        'data-testid': `notice-${name}` });
      return { input, element: h('div', {}, h('label', { for: `notice-${name}` }, label), input) };
    };
    const to = field('to', t('to'), visitor.name, 24);
    const heading = field('title', t('heading'), t('example'), 80);
    const text = field('text', t('text'), t('exampleText'), 280);
    to.input.required = heading.input.required = true;
    const level = h('select', { class: 'input', id: 'notice-level' }, ...LEVELS.map((each) => h('option', { value: each }, t(each))));

    main.append(
      h('div', { class: 'title' }, h('h1', {}, t('title')), h('p', { class: 'muted' }, t('lead'))),
      h('div', { class: 'two even' },
        h('section', { class: 'card' },
          h('form', { class: 'row tight end-line',
            onsubmit: (event: Event) => { event.preventDefault(); visitor.name = me.value.trim() || visitor.name; } },
            h('div', { class: 'grow' }, h('label', { for: 'me' }, t('me')), me),
            h('button', { class: 'button', 'data-testid': 'use-name' }, t('change'))),
          h('div', { class: 'row inbox-head' }, inboxTitle, unread, h('span', { class: 'grow' }),
            h('button', { type: 'button', class: 'button small', onclick: () => { for (const each of inbox.notices) inbox.markRead(each); } },
              t('readAll'))),
          list, permission),
        h('section', { class: 'card' }, h('h2', {}, t('send')),
          h('form', { class: 'form', onsubmit: (event: Event) => { event.preventDefault(); void send(); } },
            to.element, heading.element, text.element, h('div', {}, h('label', { for: 'notice-level' }, t('level')), level),
            h('button', { class: 'button primary', 'data-testid': 'notice-send' }, t('go'))),
          h('h2', { class: 'small-title gap-top' }, t('receipts')), outbox)));

    async function send(): Promise<void> {
      const id = randomId(8);
      const title = heading.input.value.trim();
      const state = h('span', { class: 'muted' });
      outbox.prepend(h('li', {}, h('b', {}, title), h('span', { class: 'muted' }, ` → ${to.input.value.trim()} `), state));
      while (outbox.childElementCount > 6)
        outbox.lastElementChild!.remove();
      sent.set(id, { element: state, text: '' });
      note(id, client.state === 'open' ? '…' : t('queued'));
      try {
        const { windows } = await client.request('notify',
          { to: to.input.value.trim(), from: visitor.name, title, message: text.input.value.trim(), level: level.value },
          { id, timeout: Infinity });
        if (sent.get(id)?.text === '…' || sent.get(id)?.text === t('queued'))
          note(id, `${t('sent')} · ${windows ? t('windows', { n: windows }) : t('waits')}`);
      } catch (error) {
        note(id, t('failed', { why: (error as Error).message }));
      }
    }

    function note(id: string, what: string): void {
      const one = sent.get(id);
      if (!one)
        return;
      // Once it was read, a second window's receipt of delivery is no news.
      one.text = one.text.includes(t('wasRead', { name: '' }).trim()) ? one.text : what;
      setText(one.element, one.text);
    }

    function draw(): void {
      // Not under somebody's fingers.
      if (document.activeElement !== me)
        me.value = visitor.name;
      setText(inboxTitle, t('inbox', { name: visitor.name }));
      setText(unread, t('unread', { n: inbox.unread }));
      unread.hidden = !inbox.unread;
      fill(list, ...inbox.notices.map((notice) => h('li',
        { class: `inbox-item ${notice.type} ${inbox.isRead(notice) ? 'read' : ''}`, 'data-testid': 'notice' },
        h('div', { class: 'grow' }, h('b', {}, notice.title), h('p', {}, notice.message),
          h('small', { class: 'muted' }, `${clock(notice.at)}${notice.from ? ` · ${t('from', { name: notice.from })}` : ''}`)),
        !inbox.isRead(notice) && h('button',
          { type: 'button', class: 'button small bare', title: t('read'), 'aria-label': `${t('read')}: ${notice.title}`,
            onclick: () => inbox.markRead(notice) }, icon('M5 12l5 5 9-10')))),
      !inbox.notices.length && h('li', { class: 'empty' }, t('none')));
    }

    function drawPermission(): void {
      if (!('Notification' in globalThis))
        return;
      fill(permission, Notification.permission === 'default'
        ? h('button', { type: 'button', class: 'button small',
          onclick: async () => { await Notification.requestPermission(); drawPermission(); } }, t('allow'))
        : h('small', { class: 'muted' }, t(Notification.permission === 'granted' ? 'allowed' : 'denied')));
    }

    inbox.addEventListener('change', draw, { signal: ended.signal });
    inbox.addEventListener('receipt', (event) => {
      const { of, state, by } = (event as CustomEvent<Receipt>).detail;
      note(of, state === 'read' ? t('wasRead', { name: by }) : t('delivered'));
    }, { signal: ended.signal });
    draw();
    drawPermission();
    return () => ended.abort();
  },
};
