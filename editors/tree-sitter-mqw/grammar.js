// The grammar of rule files (.mqw) for tree-sitter.
//
// It takes every text that the compiler's parser takes, and some that it refuses:
// what a clause may hold, and the order of clauses, the compiler tells. Words are
// reserved nowhere in the language; where a word and a name may both stand, the
// word is taken.
//
// The words in quotes are those of rules/language_words.h, which
// //tests/editors:words_test holds.

const commaList = (rule) => seq(rule, repeat(seq(',', rule)));

module.exports = grammar({
  name: 'mqw',

  word: ($) => $.identifier,

  extras: ($) => [/\s/, $.comment],

  supertypes: ($) => [$._definition, $._expression],

  conflicts: ($) => [
    // `severity high when …` and `severity high` before a clause `when`.
    [$.severity_clause],
    // `(…) in 5m`, a window, and `f in LIST`.
    [$._expression, $._comparison_side],
  ],

  rules: {
    source_file: ($) => repeat($._definition),

    _definition: ($) =>
      choice(
        $.rule, $.param, $.list, $.recent, $.table, $.inventory, $.patterns,
        $.calendar, $.macro, $.policy, $.override, $.amend, $.disable,
        $.report, $.test,
      ),

    // --- definitions
    param: ($) =>
      seq('param', field('name', $.identifier), '=', field('value', $._expression)),
    list: ($) =>
      seq('list', field('name', $.identifier),
        choice(seq('=', $.array), seq('from', $.string))),
    recent: ($) =>
      seq('recent', field('name', $.identifier), '{',
        repeat(choice($.on_clause, $.where_clause, $.by_clause, $.for_clause, $.keys_clause)),
        '}'),
    table: ($) =>
      seq('table', field('name', $.identifier), 'from', $.string, 'key', commaList($.identifier)),
    inventory: ($) => seq('inventory', 'from', $.string),
    patterns: ($) =>
      seq('patterns', field('name', $.identifier), '{', repeat($.pattern_row), '}'),
    pattern_row: ($) =>
      seq(field('label', $.identifier), ':', $._string_or_name, optional(',')),
    calendar: ($) =>
      seq('calendar', field('name', $.identifier),
        choice(
          seq('from', $.string, optional(seq('key', commaList($.identifier)))),
          seq('{', repeat($._calendar_part), '}'))),
    _calendar_part: ($) => choice($.zone, $.weekly, $.exceptions, $.period),
    zone: ($) => seq('tz', $._string_or_name),
    weekly: ($) =>
      seq(commaList($.days), optional(seq($._clock, '-', $._clock))),
    days: ($) => seq($.weekday, optional(seq('..', $.weekday))),
    weekday: () => choice('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'),
    _clock: ($) => choice($.time_of_day, $.identifier),
    exceptions: ($) => seq('except', $.array),
    period: ($) => seq('from', $._moment, 'to', $._moment),
    _moment: ($) => choice($.instant, $.date, $.identifier),
    macro: ($) =>
      seq('macro', field('name', $.identifier), '=', field('condition', $._expression)),
    policy: ($) => seq('policy', '{', repeat($._silence), '}'),
    override: ($) => seq('override', $._replaceable),
    _replaceable: ($) =>
      choice($.param, $.list, $.table, $.inventory, $.patterns, $.calendar),
    amend: ($) =>
      seq('amend', 'rule', field('name', $.identifier), '{',
        repeat(choice($._silence, $.notify_clause)), '}'),
    disable: ($) => seq('disable', 'rule', field('name', $.identifier)),
    report: ($) =>
      seq('report', field('name', $.identifier), '{',
        repeat(choice($.title_clause, $.on_clause, $.statistics_clause, $.where_clause,
          $.exclude_clause, $.every_clause, $.top_clause, $.show_clause,
          $.compare_clause, $.keys_clause)),
        '}'),

    // --- rules
    rule: ($) =>
      seq('rule', field('name', $.identifier), '{', repeat($._clause), '}'),
    _clause: ($) =>
      choice(
        $.title_clause, $.severity_clause, $.tags_clause, $.on_clause,
        $.where_clause, $.exclude_clause, $.by_clause, $.when_clause,
        $.refire_clause, $.keys_clause, $.mute_clause, $.limit_clause,
        $.escalate_clause, $.notify_clause, $.alert_clause, $.resolve_clause,
        $.test,
      ),
    _silence: ($) => choice($.exclude_clause, $.mute_clause, $.limit_clause),

    title_clause: ($) => seq('title', $.string),
    severity_clause: ($) =>
      prec.dynamic(1, seq('severity', field('severity', $.identifier),
        optional(seq('when', $._expression)))),
    tags_clause: ($) => seq('tags', commaList($._string_or_name)),
    on_clause: ($) => seq('on', $._kinds),
    _kinds: ($) => commaList(alias($.identifier, $.kind)),
    where_clause: ($) => seq('where', $._expression),
    exclude_clause: ($) =>
      seq('exclude', optional(seq(field('label', $.identifier), ':')), $._expression),
    by_clause: ($) => seq('by', $._key_parts),
    _key_parts: ($) => commaList($.key_part),
    key_part: ($) =>
      seq(optional('each'), optional(seq(field('name', $.identifier), '=')),
        $._expression, repeat(seq('|', $._expression)), optional('?'),
        optional(seq('from', choice($.identifier, $.array)))),
    keys_clause: ($) => seq('keys', $._count),
    for_clause: ($) => seq('for', $._length),
    refire_clause: ($) =>
      seq('refire', choice(
        seq('rise', optional(seq('below', $._expression))),
        'each', 'reset', seq('every', $._length))),
    mute_clause: ($) =>
      seq('mute', choice(
        seq('where', $._expression), seq('until', $._moment),
        seq('during', $._expression))),
    limit_clause: ($) =>
      seq('limit', $._count, 'per', $._length, 'by', choice('all', $._key_parts),
        optional(seq('unless', $._expression)), optional(seq('then', 'digest'))),
    escalate_clause: ($) =>
      seq('escalate', field('severity', $.identifier), 'when', $._expression),
    notify_clause: ($) => seq('notify', commaList($._string_or_name)),
    resolve_clause: () => 'resolve',
    alert_clause: ($) =>
      seq('alert', '{',
        repeat(choice($.summary_clause, $.runbook_clause, $.fields_clause, $.evidence_clause)),
        '}'),
    summary_clause: ($) => seq('summary', $.string),
    runbook_clause: ($) => seq('runbook', $.string),
    fields_clause: ($) => seq('fields', commaList($.named_value)),
    named_value: ($) =>
      seq(optional(seq(field('name', $.identifier), '=')), $._expression),
    evidence_clause: ($) =>
      seq('evidence', choice(
        seq('first', $._count, optional(seq('last', $._count))),
        seq('last', $._count))),

    // --- reports
    statistics_clause: () => seq('of', 'statistics'),
    every_clause: ($) =>
      seq('every', choice(
        seq($._length, optional(seq('from', $._moment))),
        seq(choice('hour', 'day', 'week'), optional(seq('tz', $._string_or_name))))),
    top_clause: ($) =>
      seq('top', $._count, 'by', $._key_parts, optional(seq('order', $._expression))),
    show_clause: ($) => seq('show', commaList($.named_value)),
    compare_clause: () => seq('compare', 'previous'),

    // --- when
    when_clause: ($) =>
      seq('when', choice($.window_condition, $.seen_condition, $.absent_condition, $.sequence)),
    window_condition: ($) =>
      seq($._expression, 'in', $._length, optional(choice('tumbling', 'session'))),
    seen_condition: ($) =>
      seq(choice('new', 'rare'), '(', $._key_parts, ')', optional(seq('<', $._count)),
        'in', $._length, optional(seq('learn', $._length))),
    absent_condition: ($) => seq('absent', $._length),
    sequence: ($) => seq('sequence', 'in', $._length, '{', repeat($.step), '}'),
    step: ($) =>
      seq(optional('missing'), optional(seq(field('label', $.identifier), ':')),
        optional(seq($._count, 'x')), $._kinds, optional(seq('where', $._expression))),

    // --- tests
    test: ($) => seq('test', field('name', $.string), '{', repeat($._test_step), '}'),
    _test_step: ($) =>
      choice($.start_step, $.with_step, $.at_step, $.input_step, $.advance_step,
        $.restart_step, $.expect_step),
    start_step: ($) => seq('start', $._moment),
    with_step: ($) => seq('with', $._replaceable),
    at_step: ($) =>
      seq('at', $._length, alias($.identifier, $.kind), $.event,
        optional(seq('x', $._count, 'every', $._length))),
    event: ($) => seq('{', optional(seq(commaList($.event_field), optional(','))), '}'),
    event_field: ($) =>
      seq(field('name', seq($.identifier, optional(seq('.', $.identifier)))), ':',
        field('value', $._expression)),
    input_step: ($) => seq('input', $.string, 'as', $.identifier),
    advance_step: ($) => seq('advance', $._length),
    restart_step: () => 'restart',
    expect_step: ($) =>
      seq('expect', choice('no', seq($._count, optional(seq('of', $._count)))),
        choice('alert', 'alerts'), optional($.event)),

    // --- literals that a param may stand for
    _count: ($) => choice($.integer, $.identifier),
    _length: ($) => choice($.duration, $.identifier),
    _string_or_name: ($) => choice($.string, $.identifier),

    // --- expressions
    _expression: ($) =>
      choice($.or, $.and, $.not, $.comparison, $.arithmetic, $.negation, $._primary),
    or: ($) => prec.left(1, seq($._expression, 'or', $._expression)),
    and: ($) => prec.left(2, seq($._expression, 'and', $._expression)),
    not: ($) => prec(3, seq('not', $._expression)),
    comparison: ($) =>
      prec.left(4, seq($._comparison_side, field('operator', $.operator), $._comparison_side)),
    operator: () =>
      choice('==', '!=', '<', '<=', '>', '>=',
        seq(optional('not'), choice('in', 'like', 'matches', 'has', 'during'))),
    _comparison_side: ($) => choice($.arithmetic, $.negation, $._primary),
    arithmetic: ($) =>
      choice(
        prec.left(5, seq($._comparison_side, choice('+', '-'), $._comparison_side)),
        prec.left(6, seq($._comparison_side, choice('*', '/'), $._comparison_side))),
    negation: ($) => prec(7, seq('-', $._comparison_side)),
    _primary: ($) =>
      choice(
        $.identifier, $.member, $.call, $.index, $.parenthesized, $.array,
        $.string, $.raw_string, $.integer, $.decimal, $.duration,
        $.time_of_day, $.date, $.instant),
    parenthesized: ($) => seq('(', $._expression, ')'),
    array: ($) => seq('[', optional(seq(commaList($._expression), optional(','))), ']'),
    call: ($) =>
      prec(8, seq(field('function', choice($.identifier, $.member)), '(',
        optional(seq(commaList($._expression), optional(','))), ')')),
    index: ($) =>
      prec(8, seq(field('name', $.identifier), '[',
        optional(seq(commaList($._expression), optional(','))), ']')),
    member: ($) =>
      prec.left(9, seq(choice($.identifier, $.member, $.call, $.index), '.',
        field('member', $.identifier))),

    // --- words
    identifier: () => /[A-Za-z_][A-Za-z0-9_]*/,
    integer: () => /[0-9]+/,
    decimal: () => /[0-9]+\.[0-9]+/,
    duration: () => /([0-9]+(ns|us|ms|s|m|h|d|w))+/,
    time_of_day: () => /[0-9][0-9]:[0-9][0-9]/,
    date: () => /[0-9]{4}-[0-9]{2}-[0-9]{2}/,
    instant: () =>
      /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})/,
    string: ($) =>
      seq('"', repeat(choice($.escape, $.interpolation, $._text)), token.immediate('"')),
    _text: () => token.immediate(prec(1, /[^"\\{}\n]+|[{}]/)),
    escape: () => token.immediate(/\\(u\{[0-9A-Fa-f]+\}|.)/),
    // What a text shows; elsewhere braces are braces.
    interpolation: () => token.immediate(prec(2, /\{([^{}"\\\n]|\\.)+\}/)),
    raw_string: () => /r"[^"\n]*"/,
    comment: () => /#[^\n]*/,
  },
});
