import type { Room } from 'hutong-client/rooms';
import { client, rooms } from './connection.js';
import { texts } from './language.js';
import { randomId, recallJson, remember, visitor } from './settings.js';
import { toast } from './toasts.js';

const t = texts({
  en: { title: 'Notifications', dismiss: 'Dismiss' },
  zh: { title: '通知', dismiss: '关闭' },
});

export interface Notice { id: string; title: string; message: string; type: string; from: string; at: number }

/** What has become of a notice that somebody has sent. */
export interface Receipt { of: string; state: 'delivered' | 'read'; by: string }

const MOST = 100;

/** The visitor's inbox. It is listened to on whichever page they are, and what it holds outlives page and connection. */
class Inbox extends EventTarget {
  notices: Notice[] = [];
  #name = '';
  #read = new Set<string>();
  #room?: Room;
  #ended = new AbortController();

  constructor() {
    super();
    addEventListener('visitorchange', () => this.#follow());
    this.#follow();
  }

  get unread(): number {
    return this.notices.filter(({ id }) => !this.#read.has(id)).length;
  }

  isRead(notice: Notice): boolean {
    return this.#read.has(notice.id);
  }

  markRead(notice: Notice): void {
    if (this.#read.has(notice.id))
      return;
    this.#read.add(notice.id);
    this.#changed();
    this.#confirm(notice, 'read');
  }

  /** Listens to the inbox of the visitor's name. */
  #follow(): void {
    if (!visitor.name || visitor.name === this.#name)
      return;
    this.#ended.abort();
    void this.#room?.leave();
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.#name = visitor.name;
    this.notices = recallJson<Notice[]>(`inbox.${this.#name}`, []);
    this.#read = new Set(recallJson<string[]>(`read.${this.#name}`, []));
    // What came since the last visit, however long ago: the position outlives the page.
    const room = this.#room = rooms.join(`inbox:${this.#name}`, { since: recallJson(`position.${this.#name}`, undefined) });
    room.on('notification', (payload, { timestamp, id }) => this.#arrive({ ...payload, id: id ?? payload.id ?? randomId(), at: timestamp ?? Date.now() }),
      { signal });
    room.on('receipt', (receipt: Receipt) => this.dispatchEvent(new CustomEvent('receipt', { detail: receipt })), { signal });
    const load = async () => {
      const { publications } = await room.history();
      for (const { type, payload, timestamp, id } of signal.aborted ? [] : publications) {
        if (type === 'notification')
          this.#arrive({ ...payload, id: id ?? payload.id, at: timestamp ?? Date.now() }, true);
      }
    };
    room.addEventListener('joined', ({ recovered }) => void (recovered ? undefined : load().catch(() => {})), { signal });
    this.dispatchEvent(new Event('change'));
  }

  #arrive(notice: Notice, isOld = false): void {
    if (this.notices.some(({ id }) => id === notice.id))
      return;
    this.notices = [notice, ...this.notices].sort((a, b) => b.at - a.at).slice(0, MOST);
    this.#changed();
    this.#confirm(notice, 'delivered');
    if (isOld)
      return;
    toast(notice.title, notice.message, notice.type, t('dismiss'), t('title'));
    if (document.hidden && 'Notification' in globalThis && Notification.permission === 'granted')
      new Notification(notice.title, { body: notice.message, tag: notice.id });
  }

  #confirm(notice: Notice, state: Receipt['state']): void {
    if (notice.from)
      client.send('receipt', { of: notice.id, to: notice.from, by: this.#name, state });
  }

  #changed(): void {
    remember(`inbox.${this.#name}`, JSON.stringify(this.notices));
    remember(`read.${this.#name}`, JSON.stringify([...this.#read].filter((id) => this.notices.some((each) => each.id === id))));
    if (this.#room?.position)
      remember(`position.${this.#name}`, JSON.stringify(this.#room.position));
    this.dispatchEvent(new Event('change'));
  }
}

export const inbox = new Inbox();
