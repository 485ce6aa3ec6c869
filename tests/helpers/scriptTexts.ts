/**
 * Texts that run as a script, break out of their place or pass for others where a page takes them for more than text.
 * Every one calls `ran()` or adds an element with the class `foreign`, so that it shows when it does. Own writing, after
 * the shapes that OWASP's cheat sheets and reports on labelling tools describe.
 */
const CALLS = ['ran()', 'top.ran()', 'ran``', 'self["r"+"an"]()', '(0,ran)()'];

const EVENTS = [
  ...[
    'onload',
    'onerror',
    'onclick',
    'onmouseover',
    'onfocus',
    'onpointerenter',
    'ontoggle',
    'onanimationstart',
  ],
  ...[
    'onbegin',
    'onwheel',
    'onpageshow',
    'oncut',
    'onbeforeinput',
    'onscrollend',
    'oncontentvisibilityautostatechange',
  ],
];
const ELEMENTS = [
  ...['img src=x', 'svg', 'body', 'details open', 'video src=x', 'audio src=x', 'input autofocus', 'marquee'],
  ...[
    'iframe',
    'object data=x',
    'embed src=x',
    'style',
    'math',
    'select autofocus',
    'button popovertarget=x',
  ],
];

/** Breaks out of an attribute, a string, a comment, a text area … into markup. */
const BREAKOUTS = [
  ...[
    '"',
    "'",
    '`',
    '">',
    "'>",
    '-->',
    '--!>',
    ']]>',
    '</textarea>',
    '</title>',
    '</style>',
    '</script>',
    '</p>',
  ],
  ...[
    '\\"',
    '";',
    "';",
    '*/',
    '\u2028',
    '\0',
    '%00',
    '</template>',
    '</noscript>',
    '?>',
    '%>',
    '{/if}',
    '</svelte:head>',
  ],
];

/** Mutating markup: what a parser makes of it differs from what a filter saw. */
const MUTATING = [
  '<svg></p><style><a id="</style><img src=1 onerror=ran()>">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=ran()&gt;">',
  '<form><math><mtext></form><form><mglyph><svg><mtext><textarea><path id="</textarea><img onerror=ran() src=1>">',
  '<noscript><p title="</noscript><img src=x onerror=ran()>">',
  '<svg><foreignObject><iframe srcdoc="&lt;script&gt;ran()&lt;/script&gt;"></foreignObject></svg>',
  '<svg><animate attributeName=href values=javascript:ran() /><a id=x><text y=20>x</text></a>',
  '<svg><set attributeName=onmouseover to=ran()>',
  '<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>ran()</script></svg>#x">',
  '<math href="javascript:ran()">x</math>',
  '<template shadowrootmode=open><script>ran()</script></template>',
  '<listing>&lt;img onerror=ran() src=x&gt;</listing>',
  '<xmp><img src=x onerror=ran()></xmp>',
  '<a href="javas\tcript:ran()">x</a>',
  '<a href="&#106;avascript:ran()">x</a>',
  '<iframe src="javascript:parent.ran()"></iframe>',
  '<object data="data:text/html,<script>parent.ran()</script>"></object>',
  '<base href="https://elsewhere.example/">',
  '<meta http-equiv=refresh content="0;url=https://elsewhere.example/">',
  '<link rel=stylesheet href=https://elsewhere.example/x.css>',
  '<style>@import "https://elsewhere.example/x.css"; *{background:url(https://elsewhere.example/y)}</style>',
];

const TEMPLATES = [
  ...[
    '{{constructor.constructor("ran()")()}}',
    '${ran()}',
    '{ran()}',
    '#{ran()}',
    '<%= ran() %>',
    '{@html "<img src=x onerror=ran()>"}',
  ],
  ...[
    '[[${ran()}]]',
    '{{7*7}}',
    '{%raw%}{{ran()}}',
    '@{ran()}',
    '$$ran()$$',
    '{#await ran()}{/await}',
    'on:click={ran}',
  ],
];

/** As labelling tools were attacked: in ids, names of people, hot keys, links, labels. */
const LABELLING = [
  '<View><Text name="t" value="$x"/><HyperText name="h" value="<img src=x onerror=ran()>"/></View>',
  '<Choices name="c" toName="t"><Choice value="a" hotkey="<img src=x onerror=ran()>"/></Choices>',
  '{"id":"<img src=x onerror=ran()>","data":{"prompt":"<script>ran()</script>"}}',
  'avatar.svg"><script>ran()</script>',
  '/data/upload/1/x.html?<script>ran()</script>',
  'javascript:ran()//label',
  'data:text/html;base64,PHNjcmlwdD5yYW4oKTwvc2NyaXB0Pg==',
  '[click](javascript:ran())',
  '![x](x" onerror="ran())',
  '<user-id onclick=ran()>7</user-id>',
];

const ALEFS = 'שלום עולם';
const BIDI = [
  ...['\u202a', '\u202b', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068'].map(
    (mark) => `abc ${mark}def ghi`,
  ),
  ...['\u202c', '\u2069'].map((mark) => `abc ${mark.repeat(30)} def`),
  ...['\u200e', '\u200f', '\u061c'].map((mark) => `a${mark}b`),
  ...[
    `${ALEFS} (1) <b>`,
    `\u202e${ALEFS}\u202c gpj.exe`,
    `if (access == "user\u202e \u2066// only\u2069 \u2066")`,
  ],
  ...['\u200b', '\u2060', '\ufeff', '\u00ad', '\u180e'].map((mark) => `pass${mark}word`),
  ...[
    '\ud800',
    '\udfff',
    '\ufffe',
    '\u{e0041}\u{e0042}',
    '\u0000\u0007\u001b[31m',
    '\u0085\u009b',
    '\ufff9x\ufffay\ufffb',
  ],
  `e${'\u0301'.repeat(2_000)}`,
  `${'\u0489'.repeat(500)}x`,
  '\u0e33'.repeat(500),
  '﷽'.repeat(40),
  '\u202e'.repeat(5_000),
  'x'.repeat(20_000),
  '🏴‍☠️👩‍👩‍👧‍👦',
  'می‌خواهم',
];

export const SCRIPT_TEXTS: readonly string[] = [
  ...CALLS.map((call) => `<script>${call}</script>`),
  ...EVENTS.flatMap((event, index) => [
    `<${ELEMENTS[index % ELEMENTS.length]} ${event}=ran()>`,
    `<svg/${event}=ran()//`,
    `" ${event}="ran()" x="`,
  ]),
  ...ELEMENTS.map((element) => `<${element} onerror=ran() onload=ran() onfocus=ran() class=foreign>`),
  ...BREAKOUTS.flatMap((breakout) => [
    `${breakout}<img src=x onerror=ran() class=foreign>`,
    `${breakout}<script>ran()</script>`,
  ]),
  ...MUTATING,
  ...TEMPLATES,
  ...LABELLING,
  ...BIDI,
  ...[
    'javascript:ran()',
    'JaVaScRiPt:ran()',
    'vbscript:ran()',
    'data:text/html,<script>ran()</script>',
    'blob:x',
  ],
  ...[
    '__proto__',
    'constructor',
    '=HYPERLINK("javascript:ran()")',
    '-->\n<h1 class=foreign>x</h1>',
    '&lt;script&gt;ran()&lt;/script&gt;',
  ],
];
