/**
 * Two closed lists of English words, as data: function words, which carry grammar rather than content, and about a
 * thousand everyday words, so that "rare" can mean "in neither list". Changing a word changes the encoder's id.
 */

const wordsOf = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Articles, pronouns, prepositions, auxiliaries and the like; `s` and `t` are left-overs of split contractions. */
export const FUNCTION_WORDS = wordsOf(`
  a about after again all am an and any are as at be been before being but by can could did do does down
  for from had has have he her here him his how i if in into is it its just may me might more most must
  my no not of off on only or other our out over own please s same she should so some such t than that
  the their them then there these they this those to too up us very was we were what when where which who
  why will with would you your
`);

/** Everyday vocabulary, base forms first of all. */
export const COMMON_WORDS = wordsOf(`
  a able about above accept according account across act action active activity add age ago agree air all
  allow almost alone along already also although always am among amount an and animal another answer any
  anyone anything appear apply are area arm around art as ask at attention available away baby back bad
  ball bank base be beautiful because become bed been before began begin behind being believe below best
  better between big black blood blue board body book both bottom box boy break bring brother brought
  build building built business but buy by call called came can cannot car care carry case cause center
  certain chance change chapter check child children choose city class clean clear close cold color come
  common community company complete computer condition consider contain continue control cook cool
  correct cost could country couple course cover create cross cut dark data day deal death decide deep
  describe develop did die difference different difficult dinner do doctor does dog done door down draw
  dream drink drive drop dry during each early earth easy eat education effect eight either else end
  energy enjoy enough entire even evening event ever every everyone everything example except expect
  experience explain eye face fact fall family far fast father favorite feel feet felt few field figure
  fill final find fine finish fire first fish five floor follow food foot for force form found four free
  friend from front full fun future game garden gave general get girl give given go goal god going gold
  good got government great green ground group grow had hair half hand happen happy hard has hat have he
  head health hear heard heart heat heavy held help her here herself high him himself his history hit
  hold home hope hot hour house how however huge human hundred i idea if important improve in include
  information inside instead interest into is issue it item its itself job join just keep kept key kid
  kind king kitchen knew know known lady land language large last late later laugh law lay lead learn
  least leave left less let letter level lie life light like line list listen little live local long look
  lose lot love low made main major make man many mark market matter may me mean measure meat meet member
  men method middle might mile milk million mind minute miss modern moment money month more morning most
  mother move much music must my name nation natural nature near necessary need never new news next nice
  night no none nor north not note nothing notice now number of off offer office often oh oil old on once
  one only open or order other our out outside over own page paper parent part particular party pass past
  pay people per perfect perhaps period person picture piece place plan plant play please point poor
  popular position possible power present pretty problem process product program provide public pull
  purpose push put question quick quickly quite read ready real really reason receive red remember report
  require rest result return rich right river road rock room rule run safe said same saw say school
  science sea season second see seem sell send sense sentence serve service set seven several shall share
  she short should show side sign similar simple simply since single sister sit situation six size skin
  sleep slow small so some someone something sometimes son soon sound source south space speak special
  specific stand star start state stay step still stop store story street strong student study such sugar
  suggest summer sun support sure system table take talk taste teach teacher team tell ten term test than
  thank that the their them then there these they thing think third this those though thought thousand
  three through time times tiny to today together told tomorrow too took top total touch toward town
  travel tree trouble true try turn two type under understand until up upon us use used useful usually
  value various very view visit voice wait walk wall want war warm was watch water way we wear weather
  week weight well went were west what when where whether which while white who whole whose why wide wife
  will win wind window wish with within without woman women wonder word work world would write writing
  written wrong year yellow yes yet you young your yourself
`);
