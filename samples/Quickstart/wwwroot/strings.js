/** @typedef {'en'|'zh'} Lang */

/** @type {Record<Lang, Record<string, any>>} */
const TABLE = {
  en: {
    title: 'Hutong',
    gateTitle: 'Come in',
    gateLead: 'Hutong, “mutual passage”, is a real-time messaging library for .NET. This is its sample chat. Choose a name and step through the door.',
    nameLabel: 'Your name',
    nameHint: 'Everyone inside will see it. Up to 32 characters.',
    nameMissing: 'Please enter a name.',
    suggest: 'Another',
    suggestLabel: 'Suggest another name',
    enter: 'Step inside',
    skip: 'Skip to the message box',
    room: 'The courtyard',
    connection: 'Connection',
    connecting: 'Connecting…',
    reconnecting: 'Trying again…',
    open: 'Connected',
    waiting: 'Reconnecting in {n} s',
    offline: 'Offline',
    failed: 'Disconnected',
    rttLabel: 'Round trip: {n} ms',
    rtt: '{n} ms',
    bannerWaiting: 'The connection was lost. What you write is kept and sent when it is back.',
    bannerUnreached: 'The server does not answer yet. What you write is kept and sent when it does.',
    bannerOffline: 'This device is offline. What you write is kept and sent when it is back.',
    bannerGaveUp: 'Tried {n} times without an answer. Shall we go on?',
    bannerFinal: 'The server ended this conversation: {reason}',
    code: 'code {code}',
    tryNow: 'Try now',
    goOn: 'Keep trying',
    rejoin: 'Back to the door',
    sayOpen: 'Connected.',
    sayLost: 'The connection was lost. Reconnecting.',
    messages: 'Messages',
    emptyTitle: 'The lane is quiet',
    emptyText: 'Say the first word, or open a second window and watch the two talk.',
    secondWindow: 'Open a second window',
    messageLabel: 'Message',
    messagePlaceholder: 'Write a message',
    keysHint: 'Enter sends. Shift + Enter starts a new line.',
    send: 'Send',
    counter: '{n} characters left',
    counterOver: '{n} characters too many',
    panel: 'People and settings',
    whoIsHere: 'Who is here',
    hereCount: '{n} here',
    close: 'Close',
    settings: 'Settings',
    changeName: 'Change name',
    you: 'you',
    lang: 'Language',
    theme: 'Theme',
    themeAuto: 'Auto',
    themeLight: 'Light',
    themeDark: 'Dark',
    today: 'Today',
    yesterday: 'Yesterday',
    joined: '{name} came in',
    left: '{name} left',
    typing1: '{a} is typing…',
    typing2: '{a} and {b} are typing…',
    typingMany: 'Several people are typing…',
    statusSent: 'Sent',
    statusSending: 'Sending…',
    statusWaiting: 'Waiting',
    statusFailed: 'Not sent',
    noReceipt: 'The server did not confirm it.',
    retryMessage: 'Retry',
    newMessages: { one: '{n} new message', other: '{n} new messages' },
    toLatest: 'Latest messages',
    queueFull: '{n} messages are already waiting. Please wait for the connection.',
    unknownError: 'Something went wrong.',
    adjectives: ['Quiet', 'Curious', 'Early', 'Gentle', 'Brisk', 'Merry', 'Patient', 'Bright'],
    animals: ['Magpie', 'Swift', 'Cricket', 'Sparrow', 'Pigeon', 'Cat', 'Goldfish', 'Lark'],
    nameJoin: ' ',
  },
  zh: {
    title: '互通',
    gateTitle: '请进',
    gateLead: '互通，彼此相通。它是 .NET 的实时消息库，这里是它的示例聊天室。取个名字，推门进来吧。',
    nameLabel: '你的名字',
    nameHint: '屋里的人都会看到，最多 32 个字符。',
    nameMissing: '请先填写名字。',
    suggest: '换一个',
    suggestLabel: '换一个推荐的名字',
    enter: '进门',
    skip: '跳到消息输入框',
    room: '院子',
    connection: '连接',
    connecting: '正在连接…',
    reconnecting: '正在重试…',
    open: '已连接',
    waiting: '{n} 秒后重连',
    offline: '离线',
    failed: '已断开',
    rttLabel: '往返时间：{n} 毫秒',
    rtt: '{n} 毫秒',
    bannerWaiting: '连接断开了。你写的消息会先留着，恢复后自动发送。',
    bannerUnreached: '服务器暂时没有回应。你写的消息会先留着，连上后自动发送。',
    bannerOffline: '设备已离线。你写的消息会先留着，恢复后自动发送。',
    bannerGaveUp: '已尝试 {n} 次，没有回应。还要继续吗？',
    bannerFinal: '服务器结束了会话：{reason}',
    code: '代码 {code}',
    tryNow: '立即重试',
    goOn: '继续尝试',
    rejoin: '回到门口',
    sayOpen: '已连接。',
    sayLost: '连接断开，正在重连。',
    messages: '消息',
    emptyTitle: '胡同里静悄悄的',
    emptyText: '说第一句话，或者再开一个窗口，看两个窗口聊起来。',
    secondWindow: '再开一个窗口',
    messageLabel: '消息',
    messagePlaceholder: '写点什么',
    keysHint: 'Enter 发送，Shift + Enter 换行。',
    send: '发送',
    counter: '还可输入 {n} 个字符',
    counterOver: '超出 {n} 个字符',
    panel: '成员与设置',
    whoIsHere: '谁在这里',
    hereCount: '{n} 人',
    close: '关闭',
    settings: '设置',
    changeName: '改名字',
    you: '你',
    lang: '语言',
    theme: '主题',
    themeAuto: '自动',
    themeLight: '浅色',
    themeDark: '深色',
    today: '今天',
    yesterday: '昨天',
    joined: '{name} 进来了',
    left: '{name} 离开了',
    typing1: '{a} 正在输入…',
    typing2: '{a} 和 {b} 正在输入…',
    typingMany: '好几个人正在输入…',
    statusSent: '已发送',
    statusSending: '发送中…',
    statusWaiting: '等待中',
    statusFailed: '未发送',
    noReceipt: '服务器没有确认收到。',
    retryMessage: '重试',
    newMessages: { one: '{n} 条新消息', other: '{n} 条新消息' },
    toLatest: '最新消息',
    queueFull: '已有 {n} 条消息在等待，请等连接恢复。',
    unknownError: '出了点问题。',
    adjectives: ['安静的', '好奇的', '早起的', '温和的', '轻快的', '快乐的', '耐心的', '明亮的'],
    animals: ['喜鹊', '雨燕', '蟋蟀', '麻雀', '鸽子', '猫', '金鱼', '云雀'],
    nameJoin: '',
  },
};

export const LANGS = /** @type {const} */ ({ en: 'English', zh: '中文' });

/** @type {Lang} */
let current = 'en';

/** @param {Lang} lang */
export function setLang(lang) {
  current = lang;
}

/** The BCP 47 tag for the `lang` attribute and for Intl. */
export function locale() {
  return current === 'zh' ? 'zh-CN' : preferredEnglish();
}

// A British reader of the English page should keep their own clock and date order.
function preferredEnglish() {
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith('en')) ?? 'en';
}

/** @returns {Lang} */
export function defaultLang() {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/**
 * @param {string} key
 * @param {Record<string, string|number>} [params]
 * @returns {string}
 */
export function t(key, params = {}) {
  let text = TABLE[current][key];
  if (typeof text === 'object')
    text = text[new Intl.PluralRules(locale()).select(Number(params.n))] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => String(params[name] ?? ''));
}

/**
 * The same, as nodes: each value sits in its own `bdi`, so that a name in another script direction cannot reorder the sentence.
 * @param {string} key
 * @param {Record<string, string>} params
 */
export function tNodes(key, params) {
  /** @type {string[]} */ const parts = TABLE[current][key].split(/\{(\w+)\}/);
  return parts.map((part, index) => {
    if (index % 2 === 0)
      return document.createTextNode(part);
    const isolated = document.createElement('bdi');
    isolated.textContent = params[part] ?? '';
    return isolated;
  });
}

export function suggestName() {
  const { adjectives, animals, nameJoin } = TABLE[current];
  const pick = (/** @type {string[]} */ list) => list[Math.floor(Math.random() * list.length)];
  return pick(adjectives) + nameJoin + pick(animals);
}
