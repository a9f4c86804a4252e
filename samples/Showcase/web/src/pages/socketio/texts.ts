import { texts } from '../../lib/language.js';

export const t = texts({
  en: {
    title: 'Socket.IO, unchanged',
    lead: 'On the left is the official client of Socket.IO, served by this server. On the right is a client of Hutong. Both sit at one table: a room of either is a room of the other.',
    official: 'Socket.IO’s client', own: 'Hutong’s client',
    transport: 'Transport', upgrade: 'polling → WebSocket', websocket: 'WebSocket only', polling: 'polling only',
    connect: 'Connect', disconnect: 'Disconnect', isOff: 'not connected', isOn: '{id} by {transport}', trying: 'connecting …',
    all: 'Say to everybody', toAll: 'To everybody', table: 'Table', join: 'Sit down', leave: 'Stand up', toTable: 'Say at the table', say: 'Say',
    east: 'east', west: 'west', log: 'What comes', ownLog: 'What comes from the room',
    joined: '{who} sat down', said: '{who}: {text}', everybody: 'to all · {text}', ended: 'disconnected: {reason}', failed: 'could not connect: {reason}',
    came: 'connected', moved: 'now by {transport}', acknowledged: 'acknowledged: {n} at the table', roomIs: 'joined {room}', notLoaded: 'The client script could not be loaded.',
    me: 'me', hutong: 'Hutong',
    about1: 'The official script comes from this server, at /socket.io/socket.io.js: pages written for a Node server need no change.',
    about2: 'Events with spaces, acknowledgements, rooms, polling and its upgrade: as in the guide.',
    about3: 'An event in a room is a publication there: its name is the type, its argument the payload.',
  },
  zh: {
    title: 'Socket.IO，原样使用',
    lead: '左边是 Socket.IO 的官方客户端，由本服务器提供；右边是 Hutong 的客户端。两边坐同一张桌子：一方的房间就是另一方的房间。',
    official: 'Socket.IO 客户端', own: 'Hutong 客户端',
    transport: '传输方式', upgrade: '轮询 → WebSocket', websocket: '只用 WebSocket', polling: '只用轮询',
    connect: '连接', disconnect: '断开', isOff: '未连接', isOn: '{id}，经由 {transport}', trying: '正在连接……',
    all: '对所有人说', toAll: '发给所有人', table: '桌子', join: '坐下', leave: '离席', toTable: '对同桌说', say: '说',
    east: '东桌', west: '西桌', log: '收到的内容', ownLog: '房间里收到的内容',
    joined: '{who} 坐下了', said: '{who}：{text}', everybody: '给所有人 · {text}', ended: '已断开：{reason}', failed: '无法连接：{reason}',
    came: '已连接', moved: '现在经由 {transport}', acknowledged: '已确认：同桌 {n} 人', roomIs: '已加入 {room}', notLoaded: '客户端脚本加载失败。',
    me: '我', hutong: 'Hutong',
    about1: '官方脚本由本服务器在 /socket.io/socket.io.js 提供：为 Node 服务器写的页面无需改动。',
    about2: '带空格的事件名、确认、房间、轮询及其升级：与指南相同。',
    about3: '房间里的事件就是那里的一次发布：事件名是 type，参数是 payload。',
  },
});
