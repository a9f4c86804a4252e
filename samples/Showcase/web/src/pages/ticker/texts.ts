import { texts } from '../../lib/language.js';

export const t = texts({
  en: {
    title: 'Ticker', lead: 'A simulated market of two hundred symbols. Each symbol is a room; of a price only the newest counts.',
    open: 'Market open', closed: 'Market closed', day: 'A trading day lasts ten minutes here.',
    symbol: 'Symbol', price: 'Price', change: 'Change', spread: 'Bid / ask', trend: 'Trend', left: 'Left out',
    remove: 'Unsubscribe {symbol}', add: 'Subscribe', search: 'Symbol or name', all: 'Add all 200',
    pick: 'Show the chart of {symbol}', chart: '{symbol} · candles of five seconds',
    readers: 'Three readers of one feed', how: 'Reader', received: 'Received', conflated: 'Left out', rate: 'A second',
    age: 'Newest price is',
    ws: 'WebSocket', sse: 'Server-sent events', slow: 'Slow reader: one poll every 2 s', start: 'Start', stop: 'Stop', off: 'not started',
    ago: '{ms} ms old', note: '“Left out” is what Latest delivery spares a reader that is behind: an older price whose place a newer one has taken.',
    about1: 'A room for each symbol; subscribing is joining, unsubscribing is leaving.',
    about2: 'Delivery “Latest”: whoever reads slowly gets the newest price instead of a growing queue.',
    about3: 'The same feed by server-sent events and by slow polling, at a click.',
    cut: 'Prices stand still: the connection is lost.',
  },
  zh: {
    title: '行情', lead: '模拟市场，两百只股票。每只股票是一个房间；价格只有最新的才算数。',
    open: '开市', closed: '休市', day: '这里的一个交易日是十分钟。',
    symbol: '代码', price: '价格', change: '涨跌', spread: '买 / 卖', trend: '走势', left: '略过', remove: '退订 {symbol}', add: '订阅', search: '代码或名称',
    all: '订阅全部 200 只',
    pick: '显示 {symbol} 的图表', chart: '{symbol} · 五秒 K 线',
    readers: '同一份行情，三位读者', how: '读者', received: '收到', conflated: '略过', rate: '每秒', age: '最新价',
    ws: 'WebSocket', sse: '服务器推送事件（SSE）', slow: '慢读者：每 2 秒轮询一次', start: '开始', stop: '停止', off: '未开始',
    ago: '{ms} 毫秒前', note: '“略过”是 Latest 投递为落后的读者省下的：旧价还没送出，新价已经取代了它。',
    about1: '每只股票一个房间：订阅就是加入，退订就是离开。', about2: '“Latest”投递：读得慢的人得到最新价，而不是越排越长的队。', about3: '同一份行情，点一下就能改用 SSE 或慢速轮询来读。',
    cut: '连接已断开，价格暂停更新。',
  },
});
