import { ModelSyntaxError } from "../../errors.ts";
import type { DraftExpression } from "../buildDraft.ts";
import { Cursor, syntaxError } from "./cursor.ts";
import { isSymbol, RELATIONS, splitStatements, type StatementTokens } from "./lines.ts";
import { parseExpression } from "./parseExpression.ts";
import { parseTerms } from "./parseTerm.ts";
import { draftExpression, type Formula, type PlacedName, type Statement } from "./statements.ts";
import { didYouMean } from "./suggest.ts";
import { checkParentheses, refuseArrow, secondRelation, withoutRelation } from "./statementErrors.ts";
import { tokenise, type Token } from "./tokens.ts";
import { refuseBlock, refuseUnsupported } from "./unsupported.ts";

/**
 * Reads lavaan's model language (Rosseel 2012, doi:10.18637/jss.v048.i02) into statements:
 *
 *     model      = { statement ( line break | ";" ) }        comments: "#" or "!" to the end of the line
 *     statement  = formula | definition | constraint | block
 *     formula    = name { "+" name } ( "=~" | "~" | "~~" ) sum          sum: see parseTerms
 *     definition = name ":=" expression                                 expression: see parseExpression
 *     constraint = expression ( "==" | "<" | ">" ) expression
 *     block      = "group" ":" ( name | number | text )
 *     name       = letter or "." or "_", then letters, digits, "." and "_" | quoted text
 *
 * A statement goes on over several lines as splitStatements says. Thresholds, scaling factors, composites, efa()
 * blocks, levels and interactions are known by name and refused with UnsupportedError; everything else that does
 * not fit is a ModelSyntaxError with line, column and a suggestion.
 */
export function parseSyntax(text: string): Statement[] {
  const statements = splitStatements(tokenise(text)).map(parseStatement);
  if (statements.length > 0) return statements;
  throw new ModelSyntaxError(
    "The model is empty.",
    "Write at least one formula, such as f =~ x1 + x2 + x3.",
    1,
    1,
  );
}

/** Reads one `:=`, `==`, `<` or `>`, and nothing else. Throws ModelSyntaxError. */
export function parseExpressionStatement(text: string): DraftExpression {
  const [statement, ...others] = parseSyntax(text);
  if (statement && others.length === 0 && statement.kind !== "formula" && statement.kind !== "group") {
    return draftExpression(statement);
  }
  throw new ModelSyntaxError("This is not one constraint.", 'Write one such as "a == 2*b" or "a > 0".', 1, 1);
}

function parseStatement(statement: StatementTokens): Statement {
  const { tokens, end } = statement;
  refuseUnsupported(tokens);
  checkParentheses(tokens);
  const [relation, second] = tokens.filter((token) => isSymbol(token, RELATIONS));
  if (!relation) throw withoutRelation(tokens);
  refuseArrow(tokens, relation);
  if (second) throw secondRelation(relation, second);
  const place = { line: tokens[0]!.line, column: tokens[0]!.column };
  const at = tokens.indexOf(relation);
  const left = new Cursor(tokens.slice(0, at), relation);
  const rightTokens = tokens.slice(at + 1);
  const right = new Cursor(rightTokens, end);
  switch (relation.text) {
    case "=~":
    case "~":
    case "~~": {
      const names = parseNames(left, relation);
      const terms = parseTerms(rightTokens, end);
      return checkedFormula({ kind: "formula", operator: relation.text, left: names, terms, ...place });
    }
    case ":=": {
      const [name, other] = parseNames(left, relation);
      if (other)
        throw syntaxError("Only one parameter can be defined at a time.", "Write one line for each.", other);
      const text = joinedText(rightTokens);
      return { kind: "definition", name: name!.name, expression: wholeExpression(right), text, ...place };
    }
    case ":":
      return parseBlock(left, right, relation);
    default: {
      const operator = relation.text.startsWith("<") ? "<" : relation.text.startsWith(">") ? ">" : "==";
      const sides = { left: wholeExpression(left), right: wholeExpression(right) };
      const texts = { leftText: joinedText(tokens.slice(0, at)), rightText: joinedText(rightTokens) };
      return { kind: "constraint", operator, ...sides, ...texts, ...place };
    }
  }
}

function wholeExpression(cursor: Cursor): ReturnType<typeof parseExpression> {
  const expression = parseExpression(cursor);
  if (!cursor.isDone)
    throw cursor.unexpected("an operator or the end of the line", "Write a*b for a product.");
  return expression;
}

function joinedText(tokens: readonly Token[]): string {
  return tokens.map((token) => token.text).join("");
}

function parseNames(cursor: Cursor, relation: Token): PlacedName[] {
  const names: PlacedName[] = [];
  do {
    const token = cursor.peek();
    const isName =
      (token.kind === "name" && token.text !== "NA") || (token.kind === "text" && token.text.trim());
    if (!isName) throw cursor.unexpected("a name", `Left of ${relation.text} stand names, joined by +.`);
    names.push({ name: token.text, line: token.line, column: token.column });
    cursor.take();
  } while (cursor.accept("+"));
  if (cursor.at("*")) {
    throw syntaxError(
      `Modifiers stand on the right-hand side of ${relation.text}.`,
      `Write name ${relation.text} modifier*variable.`,
      cursor.peek(),
    );
  }
  if (!cursor.isDone) {
    throw cursor.unexpected(
      `"+" or "${relation.text}"`,
      `Left of ${relation.text} stand names, joined by +.`,
    );
  }
  return names;
}

function parseBlock(left: Cursor, right: Cursor, relation: Token): Statement {
  const name = left.take();
  if (name.kind === "name" && left.isDone) refuseBlock(name);
  if (name.kind !== "name" || name.text.toLowerCase() !== "group" || !left.isDone) {
    throw syntaxError(
      `":" opens a block of one group, as in "group: 1".`,
      `Write := to define a parameter, =~ for a latent variable.${didYouMean(name.text, ["group"])}`,
      relation,
    );
  }
  const label = right.peek();
  if (label.kind !== "name" && label.kind !== "number" && label.kind !== "text") {
    throw right.unexpected("the label of a group", 'Write "group: 1", or "group:" and the label.');
  }
  right.take();
  if (!right.isDone) throw right.unexpected("the end of the line", "Put a label of several words in quotes.");
  return { kind: "group", label: label.text, line: name.line, column: name.column };
}

/** Refuses terms that an operator gives no meaning to. */
function checkedFormula(formula: Formula): Formula {
  for (const term of formula.terms) {
    const isPhantom = formula.operator === "=~" && term.variable === 0 && formula.terms.length === 1;
    if (typeof term.variable === "string" || formula.operator === "~" || isPhantom) continue;
    throw syntaxError(
      `Expected a variable, but there is "${term.variable}".`,
      term.variable === 0
        ? "A loading or covariance of zero is 0*variable; f =~ 0 alone declares a latent variable without indicators."
        : `An intercept is written with ~, as in ${formula.left[0]!.name} ~ 1.`,
      term,
    );
  }
  return formula;
}
