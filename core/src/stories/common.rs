//! Words that are common in English news, so that a desk that has read little knows better than
//! to join two articles over "officials said on Tuesday".
//!
//! Two bands by rough share of articles; a running count takes over as the desk reads.

use std::sync::OnceLock;

use crate::map::Map;
use crate::text;

/// In one article of fifteen or more.
const VERY_COMMON: &str = "
    according accuse add after ago agency agree allow already america american announce another
    april area around ask attack august authority back bad become begin believe best better big
    bill billion black board body bring british build business call came campaign case cause center
    central change charge chief child china city claim close come comment company concern confirm
    continue control cost could country court create crisis cut data day deal death december
    decision declare defend department despite detail development die director do down drive due
    early east economy effort election emergency end executive expect face fact fail fall family
    february federal feel fell few fight final find fire first five follow force foreign former
    found four free friday full fund future game general get give global go good government great
    ground group grow growth hand happen head health hear help high hit hold home hope hospital host hour
    house how hundred hurt impact important include increase independent information injure
    inside international investigate investigation involve issue january join july june just keep
    kill know large last late later latest launch law lead leader least leave left legal level life
    like line list little live local long look lose lost lot love low made main major make man
    manage many march market may mean measure media medical meet meeting member men message might
    military million minister minute miss monday money month morning move mr mrs ms much nation
    national near need never new news next night north not note november now number october offer
    office officer official old once one online only open operation order organisation organization
    outside own paper part party pass past pay people percent period person phone photo picture place
    plan play point police policy political position post power prepare present president press
    previous price prime private problem process program project protect provide public published
    push put question raise reach read real reason recent record release remain report reporter
    reportedly request require respond response result return reveal right rise risk role rule run
    russia safe said same saturday say school second secretary security see seek seen send senior
    september series serious serve service set seven share shoot show shut side sign since site
    situation six small social something son source south speak special spokesman spokesperson
    spokeswoman spread staff stage stand star start state statement stay step still stop story
    strong support sure suspect system take talk target team tell term test thing think third
    thousand threat threaten three thursday time told tomorrow top total town trade travel tuesday
    try turn two uk under union united update us use user victim video view violence vote want war
    warn watch water way website wednesday week weekend well went west white who win without woman
    women word work worker world worry would write year yesterday young";

/// In one article of a hundred or more.
const COMMON: &str = "
    abandon ability able abuse accept access accident account achieve across act action active
    activist activity actor actress actual address administration admit adult advance advice affair
    affect afford afternoon age agent agreement aid aim air aircraft airline airport album alert
    alive alleged alliance ally alone alternative ambassador amid amount analysis analyst anger
    angry animal anniversary annual answer anti apartment apparent appeal appear apple application
    apply appoint approach approve argue arm army arrest arrive art article assault asset assist
    associate association atmosphere attempt attend attention attorney audience author available
    average avoid await award aware away baby background balance ball ban band bank bar base basic
    basis battle beach bear beat beautiful bed behavior behaviour benefit beyond bid birth birthday
    block blog blood blow blue boat bomb bond book boost border born boss bottom box boy brain
    branch brand break breath brief bright british broad broadcast broken brother brown budget bus
    button buy cabinet camera camp cancel cancer candidate capital captain capture car card care
    career carry cash cast catch celebrate celebrity century ceo ceremony certain chair chairman
    challenge chance channel character charity chase chat check chinese choice choose christmas
    church circumstance citizen civil civilian clash class clean clear client climate clinic clip
    club coach coast code cold collapse colleague collect college color column combat comedy
    commander commercial commission commit committee common communication community compare compete
    competition complain complete computer concert conclude condition conduct conference conflict
    congress connect conservative consider constitution construct consumer contact contain content
    contest context contract contribute convict cook cool cooperate copy corner corporate correct
    council count county couple course cover crash crew crime criminal critical criticism critics
    cross crowd culture cup currency current custom customer cyber daily damage dance danger
    dangerous dark date daughter david daylight dead deadline deadly dealer dear debate debt debut
    decade decide decline deep defeat defence defense deficit degree delay deliver demand democrat
    democratic deny depart depend deploy deputy describe design destroy detain determine develop
    device dialogue difference different difficult digital dinner diplomat direct disaster discover
    discuss disease dispute district divide doctor document dog dollar domestic donald door double
    doubt dozen draft drama draw dream dress drink driver drop drug dry earlier earn earth easy eat
    economic edge edition editor education effect egg eight elect electric electricity element
    emerge emotional employ employee employer encourage enemy energy enforce engage engine engineer
    english enjoy enough ensure enter entertainment entire environment episode equal equipment era
    escape especially establish estimate europe european evacuate evening event eventually evidence
    exact example exchange excite exclusive exist exit expand expensive experience expert explain
    explode explore explosion export expose express extend extra extreme eye facebook facility
    factor factory fair faith famous fan far farm fashion fast fatal father fault favor favour
    favorite fear feature fee female field fifth figure file film finance financial fine finish firm
    fish fit fix flag flat flee fleet flight flood floor fly focus food foot football footage forecast
    forest forget form formal forward foundation fourth free freedom fresh friend front fuel
    function funeral fuel gain gallery gang gap gas gate gather gay gender generation german gift
    girl glass goal god gold google governor grand grant green guard guess guest guide guilty gun
    guy hair half hall hang happy hard harm hate heart heat heavy height hero hide highlight highway
    hill hint historic history holiday hollywood honest honor honour horror horse hostage hot hotel
    huge human humanitarian hunt husband ice idea identify ignore ill illegal image imagine
    immediate immigrant immigration implement imply import impose improve incident income indeed
    index india indicate individual industry infect inflation influence inform initial injury
    innocent inquiry insist inspect install instance instead institute institution insurance
    intelligence intend interest interim internal internet interview introduce invade invest
    investment investor invite iphone iran iraq island israel item jail james japan job john joint joke
    journal journalist journey judge jump jury justice key kick kid killer kim kind king kitchen
    labor labour lack lady land language launch lawmaker lawsuit lawyer layer leadership league leak
    learn legislation lesson letter liberal license lie lift light limit link liquid listen litre
    location london longtime loss loud lower luck lunch machine magazine mail maintain majority male
    manager map mark marriage marry mass massive master match material matter mayor media medicine
    memory mental mention metal method michael middle mile militant mind mine minor minority mission
    mistake mobile model modern moment monitor mood mother motor mountain mouth movement movie murder
    museum music musician muslim mystery name narrow nature navy nearby nearly necessary negotiate
    neighbor neighbour network nine nobody noise normal northern notice nuclear obama object obtain
    obvious occasion occupy occur ocean offensive oil olympic opinion opponent opportunity oppose
    opposition option original oscar overnight overseas owner pace pack page pain pair panel parent
    park parliament participate particular partner passenger patient pattern peace peak penalty
    perform performance permanent permission personal physical pick piece pilot pitch plane planet
    plant platform player please pleasure plenty plus pocket pool poor pop popular population
    possible potential pound practice praise predict premier presidential pressure prevent price
    primary prince princess principle prior prison prisoner prize probe produce product production
    profile profit promise promote proof propose prosecutor protest prove province purchase purpose
    quality quarter queen quick quiet quit quite race radio rail rain range rapid rare rate rating
    ready reaction rebel recall receive recognise recognize recommend recover red reduce refer
    reflect reform refugee refuse regard region register regular regulate reject relate relation
    relationship relative relief religious rely remember remove repair repeat replace represent
    republic republican rescue research resident resign resist resolution resource restaurant restore
    restrict retail retire reuters revenue review revolution reward rich ride rival river road rock
    rocket room rose round route row royal rumor rumour rush russian sad safety sale sample sanction
    satellite save scale scandal scene schedule science scientist score screen script sea search
    season seat secret sector seize sell senate senator sense sentence separate session settle
    severe sex sexual shake shape sharp shelter shift ship shock shop short shot shoulder shout
    sick sight signal significant similar simple sing singer single sister sit size skill skin sky
    sleep slow smart smile smoke snow society soft software soldier solution song soon sort sound
    southern space spark spectrum speech speed spend spirit split spot spring square stable stadium
    standard statistics status steal stock storm straight strategy stream street stress stretch
    strike structure struggle student studio study stuff style subject success successful sudden
    suffer suggest suicide suit summer summit sun sunday supply suppose surge surgery surprise
    surround survey survive suspend sweet swing switch syria table tape task tax teach teacher
    technical technology teen teenager telephone television temperature temporary tension
    terrorism terrorist text thank theme theory thousands throw ticket tie tight tiny tip title
    tonight tool touch tough tour tourist tower track tradition traffic trailer train transfer transition
    transport trap treat treatment treaty trial trigger trip troop trouble truck trump trust truth
    tv twice twitter type ukraine unable unclear understand union unique unit university unknown
    unlikely upset urge usual value van variety vehicle version veteran via vice victory village
    violent virus visit vital voice volume volunteer voter vulnerable wait wake walk wall warm
    washington wave weak weapon wear weather web wedding weight welcome western wide wife wild
    wind window winner winter wish witness wonder wood wound wrong yard york youth zone";

/// One part in ten thousand of all articles that are expected to use a term.
#[must_use]
pub(super) fn expected(term: u32) -> u32 {
    static BANDS: OnceLock<Map<u32, u32>> = OnceLock::new();
    let bands = BANDS.get_or_init(|| {
        let mut bands = Map::default();
        for (list, share) in [(COMMON, COMMON_SHARE), (VERY_COMMON, VERY_COMMON_SHARE)] {
            for word in list.split_whitespace() {
                bands.insert(text::stem_hash("en", word), share);
            }
        }
        bands
    });
    bands.get(&term).copied().unwrap_or(RARE_SHARE)
}

const VERY_COMMON_SHARE: u32 = 600;
const COMMON_SHARE: u32 = 100;
const RARE_SHARE: u32 = 6;
