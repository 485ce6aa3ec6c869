/**
 * Hand-written closed classes of English words, as data. A trailing `*` stands for any continuation.
 *
 * Texts in other languages keep all features that need no words; classes for further languages are further words in
 * these lists. There is deliberately no class of words for groups of people: a reward must not learn to like or
 * dislike the mention of people. Adding, moving or removing a class or a word changes the encoder's id.
 */
export interface WordClass {
  readonly name: string;
  /** What the feature's column is called where weights are shown. */
  readonly label: string;
  /** Lower case, separated by white space, apostrophes straight. */
  readonly words: string;
}

/** Classes whose rate is a feature. */
export const WORD_CLASSES: readonly WordClass[] = [
  {
    name: 'firstPersonSingular',
    label: 'I, me, my',
    words: `
      i i'd i'll i'm i've im ive me mine my myself`,
  },
  {
    name: 'firstPersonPlural',
    label: 'we, us, our',
    words: `
      let's our ours ourselves us we we'd we'll we're we've`,
  },
  {
    name: 'secondPerson',
    label: 'you, your',
    words: `
      u ur you you'd you'll you're you've your yours yourself yourselves`,
  },
  {
    name: 'thirdPerson',
    label: 'he, she, they',
    words: `
      he he's her hers herself him himself his she she's their theirs them themselves they they'll
      they're they've`,
  },
  {
    name: 'hedging',
    label: 'hedging',
    words: `
      about apparently appear appears approximately arguably around assume could depending depends
      fairly generally guess likely may maybe might often perhaps possibly potentially probably
      relatively roughly seem seemed seems sometimes somewhat suggest suggests tend tends typically
      unlikely usually`,
  },
  {
    name: 'emphasis',
    label: 'emphasis and certainty',
    words: `
      absolutely always certainly clearly completely crucial definitely entirely essential exactly
      extremely highly incredibly indeed must never obviously precisely really surely totally truly
      undeniably undoubtedly very vital`,
  },
  {
    name: 'negation',
    label: 'negation',
    words: `
      ain't aren't can't cannot cant couldn't didn't didnt doesn't doesnt don't dont hadn't hasn't
      haven't isn't isnt neither never no nobody none nor not nothing shouldn't wasn't weren't
      without won't wont wouldn't`,
  },
  {
    name: 'contrast',
    label: 'contrast (but, however)',
    words: `
      although but conversely despite however instead nevertheless nonetheless otherwise rather
      though unlike whereas while yet`,
  },
  {
    name: 'cause',
    label: 'cause and reason',
    words: `
      as because consequently due hence reason reasons result results since so therefore thus why`,
  },
  {
    name: 'sequence',
    label: 'order (first, then)',
    words: `
      after before begin finally first firstly last lastly next once second secondly start step
      steps then third thirdly`,
  },
  {
    name: 'obligation',
    label: 'obligation (should, must)',
    words: `
      ensure important make must necessary need needed needs ought require required requires should
      sure`,
  },
  {
    name: 'modality',
    label: 'can, could, will',
    words: `
      able can could shall will would`,
  },
  {
    name: 'ethics',
    label: 'right, wrong and law',
    words: `
      arrest* consent consequence* crime criminal* danger* dangerous discriminat* disrespect* ethic*
      fair harm* hate* hateful hurt* illegal* immoral inappropriate jail justice law lawful laws
      legal* moral* offensive police prejudice* prison punish* respect* responsib* rights risk* safe
      safely safety stereotyp* trouble unethical unfair unsafe wrong`,
  },
  {
    name: 'positive',
    label: 'positive words',
    words: `
      amazing awesome beautiful beneficial benefit* best better comfortable delicious easy effective
      enjoy* excellent excited exciting fantastic fun glad good great happy healthy helpful improv*
      improve* interesting love loved lovely nice perfect positive special success* unique valuable
      wonderful`,
  },
  {
    name: 'negative',
    label: 'negative words',
    words: `
      anger angry annoying anxi* awful bad depress* difficult* disease* error* fail* fear* hard hate
      hated horrible ill lack* lose lost miss missing negative pain* poor problem* sad sick stress*
      suffer* terrible trouble* unfortunately upset worr* worry worse worst wrong`,
  },
  {
    name: 'empathy',
    label: 'empathy and support',
    words: `
      care caring comfort* concern* empath* encourag* feel feeling feelings feels help helping helps
      hope listen* ok okay support* sympath* understand* worried worry`,
  },
  {
    name: 'politeness',
    label: 'politeness',
    words: `
      appreciate* certainly glad happy kindly please sure thank thanks welcome`,
  },
  {
    name: 'affirmation',
    label: 'agreement (yes, sure)',
    words: `
      absolutely agree* certainly correct course definitely exactly indeed ok okay right sure true
      yeah yep yes`,
  },
  {
    name: 'advice',
    label: 'advice and suggestions',
    words: `
      advice advise* alternative* consider* could instead might option options recommend* suggest*
      tip tips try`,
  },
  {
    name: 'professionals',
    label: 'professionals and services',
    words: `
      attorney* authorities counselor* doctor* emergency expert* hospital* hotline lawyer* medical
      police professional* psychiatr* psycholog* therapist*`,
  },
  {
    name: 'quantity',
    label: 'quantity (all, many, some)',
    words: `
      all any both different each every few less many more most much multiple numerous other several
      some various`,
  },
  {
    name: 'instruction',
    label: 'instructions (use, add, make)',
    words: `
      add avoid check choose click consider cook create cut ensure find follow get include keep make
      mix open place put remember remove select set stir take try use write`,
  },
  {
    name: 'imagery',
    label: 'senses and imagery',
    words: `
      blue bright* cold color* colour* dance* dark* eyes feel gentle* golden green hear heart hot
      laugh* light* look moon rain red sea see shimmer* sky smell* smile* soft sound* star* sun
      taste touch voice warm whisper* wind`,
  },
  {
    name: 'formal',
    label: 'formal words',
    words: `
      additionally comprehensive* concerning consequently demonstrat* enhance* ensure* facilitat*
      furthermore hence implement* individual* leverage* moreover numerous optimal* provide*
      regarding significant* subsequently substantial* therefore thus utilize* various`,
  },
  {
    name: 'casual',
    label: 'casual words',
    words: `
      cool dude gonna gotta guys haha hello hey hi hmm just kinda lol lot lots nah oh ok okay pretty
      really sorta stuff thing things uh um wanna well wow yeah yep`,
  },
  {
    name: 'contraction',
    label: "contractions (don't, it's)",
    words: `
      aren't can't couldn't didn't doesn't don't hadn't hasn't haven't he's i'd i'll i'm i've isn't
      it's let's she's shouldn't that's there's they're wasn't we're we've weren't what's who's
      won't wouldn't you'd you'll you're you've`,
  },
  {
    name: 'citation',
    label: 'sources and evidence',
    words: `
      according article data evidence journal published report* research source sources studies
      study wikipedia`,
  },
];

/** Classes of sensitive topics: features like the others, but always shown as a group of their own. */
export const SENSITIVE_CLASSES: readonly WordClass[] = [
  {
    name: 'violence',
    label: 'violence',
    words: `
      abuse* assault* attack* beat blood* bomb* burn* dead death destroy* die explosi* fight* gun
      guns kick* kill* knife knives murder* poison* punch* shoot* stab* strangl* terror* threat*
      tortur* violen* war weapon*`,
  },
  {
    name: 'sexuality',
    label: 'sexuality',
    words: `
      boob* breast* cock dick erotic* fetish* hooker* horny masturbat* naked nude* orgasm* penis
      porn* prostitut* pussy rape* sex* slut* vagina whore*`,
  },
  {
    name: 'drugs',
    label: 'drugs and alcohol',
    words: `
      addict* alcohol* beer cannabis cocaine dealer* dealing drinking drug drugs drunk heroin lsd
      marijuana mdma meth opioid* overdose* pills smok* steroid* vap* vodka weed`,
  },
  {
    name: 'deceit',
    label: 'theft, fraud and deceit',
    words: `
      account* blackmail* break bribe* burglar* cheat* counterfeit* credit fake forg* fraud* hack*
      identity launder* lie lied lock locks lying password* rob robb* scam* shoplift* smuggl* spy*
      stalk* steal* stole* theft track*`,
  },
  {
    name: 'insult',
    label: 'insults and swearing',
    words: `
      ass asshole* bastard* bitch* crap cunt* damn* dumb* fat fuck* hell idiot* jerk* loser* moron*
      piss* retard* shit* stupid* suck sucks ugly`,
  },
];

/** Only its presence among a response's first words is a feature. */
export const APOLOGY_CLASS: WordClass = {
  name: 'apology',
  label: 'apology',
  words: `
      afraid apolog* regret* sorry unfortunately`,
};
