/**
 * Graphs with verdicts published in the literature. Digits are variables, h1, h2 … latents with those effects
 * (each observed variable also has a private error), `a<>b` a latent common cause of the two alone.
 */
export interface KnownCase {
  readonly name: string;
  readonly source: string;
  readonly edges: string;
  /** Direct effects that the verdict is about; all of them where absent. */
  readonly effects?: readonly string[];
  /** Σ determines them; or finitely many values fit; or a continuum does. Absent where only `criterion` is published. */
  readonly verdict?: "identifiable" | "finite" | "infinite";
  /** False where no certificate of ours covers an identifiable graph, and the perfect fits have to tell. */
  readonly proof?: false;
  /** Whether the (latent-factor) half-trek criterion reaches all direct effects. */
  readonly criterion?: boolean;
}

const FOYGEL = "Foygel, Draisma, Drton 2012, Ann. Statist. 40, doi:10.1214/12-AOS1012";
const BARBER = "Barber, Drton, Sturma, Weihs 2022, Ann. Statist. 50, doi:10.1214/22-AOS2221";
const PEARL = "Pearl 2009, Causality, 2nd ed.";
const BRITO_IV = "Brito, Pearl 2002, Generalized instrumental variables, UAI";
const BRITO_BOW =
  "Brito, Pearl 2002, A new identification condition for recursive models, doi:10.1207/S15328007SEM0904_1";

export const KNOWN_CASES: readonly KnownCase[] = [
  {
    name: "Verma graph",
    source: `Verma, Pearl 1990; ${FOYGEL} (globally identifiable)`,
    edges: "1>2 1>3 2>3 3>4 2<>4",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "half-trek paper, figure 3a",
    source: FOYGEL,
    edges: "1>2 2>3 3>4 4>5 1<>3 1<>4 2<>4 2<>5",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "half-trek paper, figure 3b",
    source: FOYGEL,
    edges: "1>2 1>5 2>3 2>4 3>5 1<>3 1<>4 1<>5",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "half-trek paper, figure 3c: rationally identifiable, criterion inconclusive",
    source: FOYGEL,
    edges: "1>2 1>3 1>4 4>5 1<>2 1<>3 1<>4 1<>5",
    verdict: "identifiable",
    proof: false,
    criterion: false,
  },
  {
    name: "half-trek paper, figure 4a",
    source: FOYGEL,
    edges: "1>2 1>3 1>4 1>5 2>3 2>4 3>4 3>5 2<>3 2<>5",
    verdict: "infinite",
    criterion: false,
  },
  {
    name: "half-trek paper, figure 4b",
    source: FOYGEL,
    edges: "1>2 1>3 1>4 1>5 2>3 4>5 1<>2 1<>3 1<>4 1<>5",
    verdict: "infinite",
    criterion: false,
  },
  {
    name: "half-trek paper, figure 5a",
    source: FOYGEL,
    edges: "1>2 1>3 1>4 1>5 2>5 3>5 4>5 1<>2 1<>3 1<>4",
    verdict: "finite",
    criterion: false,
  },
  {
    name: "half-trek paper, figure 5b",
    source: FOYGEL,
    edges: "1>2 1>4 1>5 2>3 2>5 3>4 1<>2 1<>3 1<>5 2<>4",
    verdict: "finite",
    criterion: false,
  },
  {
    name: "half-trek paper, figure 9a: identifiable after Tian's decomposition",
    source: FOYGEL,
    edges: "1>2 1>3 2>3 2>4 2>5 3>4 4>5 1<>4 2<>3 2<>5",
    verdict: "identifiable",
    criterion: false,
  },
  {
    name: "ancestor decomposition example",
    source: "Drton, Weihs 2016, Scand. J. Statist. 43, doi:10.1111/sjos.12227",
    edges: "1>2 1>3 1>6 2>3 2>4 2>5 2>6 3>4 4>5 1<>6 1<>4 2<>3 2<>5 2<>6",
    verdict: "identifiable",
    criterion: false,
  },
  { name: "bow", source: PEARL, edges: "1>2 1<>2", verdict: "infinite", criterion: false },
  {
    name: "instrumental variable",
    source: "Wright 1928; Bowden, Turkington 1984",
    edges: "1>2 2>3 2<>3",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "no confounding",
    source: "Wright 1921",
    edges: "1>2 1>3 2>3 2>4 3>4 1>4",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "instrumental set of two",
    source: BRITO_IV,
    edges: "1>3 1>4 2>3 2>4 3>5 4>5 3<>5 4<>5",
    effects: ["3>5", "4>5"],
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "one instrument for two causes",
    source: BRITO_IV,
    edges: "1>2 1>3 2>4 3>4 2<>4 3<>4",
    effects: ["2>4", "3>4"],
    verdict: "infinite",
  },
  {
    name: "conditional instrument: confounded instrument, its confounder observed",
    source: `${BRITO_IV}; ${PEARL}, section 7.4`,
    edges: "1>2 1>4 2>3 3>4 3<>4",
    effects: ["3>4"],
    verdict: "identifiable",
  },
  {
    name: "bow-free: every model without bows is identified",
    source: BRITO_BOW,
    edges: "1>2 2>3 3>4 1>4 1<>3 2<>4",
    verdict: "identifiable",
  },
  {
    name: "bow-free, denser",
    source: BRITO_BOW,
    edges: "1>2 2>3 2>4 3>5 4>5 1<>3 1<>4 3<>4 2<>5 1<>5",
    verdict: "identifiable",
  },
  {
    name: "front door",
    source: `${PEARL}, section 3.3.2`,
    edges: "1>2 2>3 1<>3",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "front door through three mediators",
    source: `${PEARL}, section 3.3.2`,
    edges: "1>2 1>3 1>4 2>5 3>5 4>5 1<>5",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "front door through a chain of mediators",
    source: `${PEARL}, section 3.3.2`,
    edges: "1>2 2>3 3>4 4>5 1<>5",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "broken front door: the mediator is confounded too",
    source: `${PEARL}, section 3.3.2`,
    edges: "1>2 2>3 1<>3 1<>2",
    effects: ["1>2"],
    verdict: "infinite",
  },
  {
    name: "back door with five confounders observed",
    source: `${PEARL}, section 3.3.1`,
    edges: "1>6 2>6 3>6 1>7 2>7 4>7 5>7 4>6 5>6 6>7 3>7 1>2 4>5",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "napkin",
    source: "Pearl, Mackenzie 2018, The Book of Why, chapter 7",
    edges: "1>2 2>3 3>4 1<>3 1<>4",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "M bias",
    source: "Greenland, Pearl, Robins 1999, doi:10.1097/00001648-199901000-00008",
    edges: "1>2 1<>3 2<>3",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "one global latent, a chain of two and an edge",
    source: `${BARBER}; example graphs of its software`,
    edges: "1>2 2>3 4>5 h1>1 h1>2 h1>3 h1>4 h1>5",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "latent-factor half-trek paper, figure 1",
    source: BARBER,
    edges: "2>3 3>4 3>5 4>5 h1>1 h1>2 h1>3 h1>4 h1>5",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "latent-factor half-trek paper, figure 2",
    source: BARBER,
    edges: "1>2 1>3 2>3 3>4 3>5 4>5 h1>1 h1>2 h1>3 h1>4 h1>5",
    criterion: false,
  },
  {
    name: "latent-factor half-trek paper, figure 3a",
    source: BARBER,
    edges: "1>3 2>3 3>4 4>5 h1>1 h1>2 h1>3 h1>4 h1>5",
    criterion: false,
  },
  {
    name: "latent-factor half-trek paper, figure 3b",
    source: BARBER,
    edges: "1>2 2>3 3>4 4>5 h1>1 h1>2 h1>3 h1>4 h1>5",
    criterion: false,
  },
  {
    name: "latent-factor half-trek paper, figure 5",
    source: BARBER,
    edges: "2>3 3>4 3>5 4>5 h1>1 h1>3 h1>4",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "latent-factor half-trek paper, figure 6",
    source: BARBER,
    edges: "3>5 4>5 h1>1 h1>2 h1>3 h1>4 h2>4 h2>5 h3>3 h3>5",
    criterion: false,
  },
  {
    name: "latent-factor half-trek paper, figure 10",
    source: BARBER,
    edges: "1>2 2>3 4>5 4>6 h1>1 h1>2 h1>3 h1>4 h2>4 h2>5 h2>6",
    verdict: "identifiable",
    criterion: true,
  },
  {
    name: "a latent set outside the causes' latents is needed",
    source: `${BARBER}; example graphs of its software`,
    edges: "2>3 h1>1 h1>2 h1>3 h1>4 h1>5 h1>6 h2>1 h2>4 h2>5 h2>6",
    verdict: "identifiable",
    criterion: true,
  },
];

/** The case in the notation of `readEdgeList`. */
export function edgeListOf({ edges }: Pick<KnownCase, "edges">): string {
  const statements = edges
    .replaceAll("<>", " <-> ")
    .replaceAll(/(?<![-<])>/g, " -> ")
    .split(/ (?=\w+ <?->)/);
  const latents = [...new Set(edges.match(/h\d/g))];
  return [...(latents.length === 0 ? [] : [`latent ${latents.join(", ")}`]), ...statements].join("\n");
}
