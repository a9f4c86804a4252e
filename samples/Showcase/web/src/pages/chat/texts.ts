import { texts } from '../../lib/language.js';

export const t = texts({
  en: {
    title: 'Chat', lead: 'A room is a lane: whoever is in it hears what is said.',
    name: 'Your name', enter: 'Come in', rename: 'Another name', placeholder: 'Write to {room}', send: 'Send', image: 'Send an image',
    rooms: 'Rooms',
    lobby: 'Lobby', tea: 'Tea house', code: 'Workshop', unread: '{n} unread', here: 'Here now ({n})', you: 'you',
    cameIn: '{name} came in', left: '{name} left', gap: 'Something was said here that can no longer be had.',
    waiting: 'sending', kept: 'kept until there is a connection', sent: 'sent', failed: 'failed', retry: 'Try again', edited: 'edited',
    edit: 'Edit', react: 'React', save: 'Save', cancel: 'Cancel',
    typing1: '{a} is writing …', typing2: '{a} and {b} are writing …', typing3: 'Several people are writing …',
    empty: 'Nobody has said anything yet. Be the first.', log: 'What was said', imageOf: 'Image by {name}',
    imageTooLarge: 'An image may have at most 4 MiB.', progress: '{n} % sent',
    about1: 'Names, who is here, join and leave notices: presence of the room.',
    about2: 'What you write while the line is cut is kept, sent in order, and published once.',
    about3: 'After a cut the room is resumed from its last position: nothing is missing, or it says so.',
    about4: 'Text is text: markup that somebody writes is shown, never run.',
  },
  zh: {
    title: '聊天', lead: '房间就是一条胡同：在里面的人，都听得见。',
    name: '您的名字', enter: '进来', rename: '换个名字', placeholder: '在“{room}”里说', send: '发送', image: '发送图片', rooms: '房间',
    lobby: '前厅', tea: '茶馆', code: '工坊', unread: '{n} 条未读', here: '在场（{n}）', you: '您',
    cameIn: '{name} 加入了聊天室', left: '{name} 离开了聊天室', gap: '这里有些话已经取不回来了。',
    waiting: '发送中', kept: '已保存，连上后发送', sent: '已发送', failed: '发送失败', retry: '重试', edited: '已编辑', edit: '编辑', react: '回应', save: '保存',
    cancel: '取消',
    typing1: '{a} 正在输入……', typing2: '{a} 和 {b} 正在输入……', typing3: '好几个人正在输入……',
    empty: '还没有人说话，您来开个头。', log: '聊天记录', imageOf: '{name} 发的图片', imageTooLarge: '图片最大 4 MiB。', progress: '已发送 {n} %',
    about1: '名字、在场的人、进出通知：都来自房间的在场信息。',
    about2: '断线时写的话会保存下来，连上后按顺序发送，而且只发布一次。',
    about3: '断线后从最后的位置继续：一条不少；如果少了，会如实说。',
    about4: '文本就是文本：别人写的标记只会显示，绝不会执行。',
  },
});
