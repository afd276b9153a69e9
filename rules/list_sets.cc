#include "mqwarden/rules/list_sets.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/text.h"
#include "mqwarden/rules/types.h"
#include "re2/re2.h"
#include "re2/stringpiece.h"

namespace mqwarden {
namespace {

// Bytes of one instruction of an RE2 program.
constexpr int64_t kRegexInstructionBytes = 16;

// Of a set: the order of its entries and repeats do not matter.
Hash128 HashOfTexts(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  Hasher128 hasher;
  for (const std::string& text : texts) hasher.Add(std::string_view(text));
  return hasher.Finish();
}

}  // namespace

template <typename Make>
std::optional<uint32_t> ListSets::Once(const EntryList& list,
                                       std::string_view use, Make make) {
  if (list.name.empty()) return make();
  std::string key = list.name;
  key.append(" ").append(use);
  const auto found = made_.find(key);
  if (found != made_.end()) return found->second;
  const std::optional<uint32_t> made = make();
  made_.emplace(std::move(key), made);
  return made;
}

ExprPool::SetId ListSets::IdOf(const EntryList& list, std::string_view use,
                               Hash128 contents) {
  ExprPool::SetId id;
  Hasher128 hasher;
  hasher.Add(use);
  if (list.file.empty()) {
    hasher.Add(contents);
    id.meaning = id.key = hasher.Finish();
    return id;
  }
  id.is_data = true;
  hasher.Add(std::string_view(list.file));
  id.meaning = hasher.Finish();
  hasher.Add(use);
  hasher.Add(std::string_view("list"));
  hasher.Add(std::string_view(list.name));
  id.key = hasher.Finish();
  return id;
}

std::optional<uint32_t> ListSets::Texts(const EntryList& list,
                                        const LiteralTarget& target) {
  const bool fold = target.type == ValueType::kFolded;
  const std::string_view use = fold ? "texts folded" : "texts";
  return Once(list, use, [&]() -> std::optional<uint32_t> {
    std::vector<std::string> texts;
    for (const ListEntry& entry : list.entries) {
      const auto constant =
          ConvertLiteral(LiteralOf(list, entry), target, diagnostics_);
      if (!constant.has_value()) return std::nullopt;
      texts.push_back(fold ? ToAsciiLower(constant->text) : constant->text);
    }
    const Hash128 contents = HashOfTexts(texts);
    return pool_->TextSet(IdOf(list, use, contents), [&] {
      TextSet set;
      set.fold = fold;
      for (std::string& text : texts) set.members.insert(std::move(text));
      return set;
    });
  });
}

std::optional<uint32_t> ListSets::Numbers(const EntryList& list,
                                          const LiteralTarget& target) {
  LiteralTarget whole = target;
  if (whole.type == ValueType::kReal) whole.type = ValueType::kInt;
  std::string use = "numbers ";
  use += TypePhrase(whole.type, whole.enum_type);
  return Once(list, use, [&]() -> std::optional<uint32_t> {
    std::vector<std::string> texts;
    std::vector<int64_t> numbers;
    for (const ListEntry& entry : list.entries) {
      const auto constant =
          ConvertLiteral(LiteralOf(list, entry), whole, diagnostics_);
      if (!constant.has_value()) return std::nullopt;
      numbers.push_back(constant->number);
      texts.push_back(whole.type == ValueType::kEnum
                          ? std::string(EnumValueName(whole.enum_type,
                                                      constant->number))
                          : std::to_string(constant->number));
    }
    const Hash128 contents = HashOfTexts(std::move(texts));
    return pool_->NumberSet(IdOf(list, use, contents), [&] {
      NumberSet set;
      set.members.insert(numbers.begin(), numbers.end());
      return set;
    });
  });
}

std::optional<uint32_t> ListSets::Networks(const EntryList& list,
                                           const LiteralTarget& target) {
  return Once(list, "networks", [&]() -> std::optional<uint32_t> {
    std::vector<std::string> texts;
    std::vector<IpNetwork> networks;
    for (const ListEntry& entry : list.entries) {
      const auto network =
          ConvertNetwork(LiteralOf(list, entry), target, diagnostics_);
      if (!network.has_value()) return std::nullopt;
      networks.push_back(*network);
      texts.push_back(FormatNetwork(*network));
    }
    const Hash128 contents = HashOfTexts(std::move(texts));
    std::sort(networks.begin(), networks.end());
    networks.erase(std::unique(networks.begin(), networks.end()),
                   networks.end());
    return pool_->NetworkSet(IdOf(list, "networks", contents), [&] {
      return NetworkSet{std::move(networks)};
    });
  });
}

std::optional<uint32_t> ListSets::Globs(const EntryList& list,
                                        const LiteralTarget& target) {
  const bool fold = target.type == ValueType::kFolded;
  const std::string_view use = fold ? "globs folded" : "globs";
  return Once(list, use, [&]() -> std::optional<uint32_t> {
    std::vector<std::string> globs;
    for (const ListEntry& entry : list.entries) {
      const auto constant =
          ConvertLiteral(LiteralOf(list, entry), target, diagnostics_);
      if (!constant.has_value()) return std::nullopt;
      globs.push_back(fold ? ToAsciiLower(constant->text) : constant->text);
    }
    const Hash128 contents = HashOfTexts(globs);
    return pool_->GlobSet(IdOf(list, use, contents), [&] {
      return GlobSet{fold, std::move(globs)};
    });
  });
}

std::shared_ptr<const re2::RE2> ListSets::CompileRegex(const Literal& literal,
                                                       bool fold) {
  std::string key = fold ? "i" : "c";
  key.append(literal.text);
  const auto found = regexes_.find(key);
  if (found != regexes_.end()) return found->second;
  // Beyond the bound nothing is compiled, so that a hostile set costs no more.
  if (regex_bytes_ > kMaxRegexBytes) return nullptr;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!fold);
  options.set_max_mem(kMaxRegexProgramBytes);
  auto regex = std::make_shared<const re2::RE2>(
      re2::StringPiece(literal.text.data(), literal.text.size()), options);
  if (!regex->ok()) {
    const std::string& error = regex->error();
    std::string message =
        "bad regular expression: " + error.substr(0, error.find(':'));
    if (!regex->error_arg().empty() && regex->error_arg() != regex->pattern()) {
      message += " " + Quoted(regex->error_arg());
    }
    if (regex->error_code() == re2::RE2::ErrorPatternTooLarge) {
      message = "the regular expression needs a program of more than 8 MiB";
      regex_bytes_ += kMaxRegexProgramBytes;
    }
    Report(diagnostics_, DiagnosticCode::kBadRegex, literal.source,
           literal.span)
        .Message(std::move(message));
    return nullptr;
  }
  regex_bytes_ += kRegexInstructionBytes * regex->ProgramSize();
  if (regex_bytes_ > kMaxRegexBytes) {
    Report(diagnostics_, DiagnosticCode::kRegexesTooLarge, literal.source,
           literal.span)
        .Message("the regular expressions up to this one need programs of more "
                 "than 16 MiB");
    regexes_.clear();
    return nullptr;
  }
  regexes_.emplace(std::move(key), regex);
  return regex;
}

std::optional<uint32_t> ListSets::Regexes(const EntryList& list,
                                          const LiteralTarget& target) {
  const bool fold = target.type == ValueType::kFolded;
  const std::string_view use = fold ? "regexes folded" : "regexes";
  return Once(list, use, [&]() -> std::optional<uint32_t> {
    std::vector<std::string> texts;
    std::vector<std::shared_ptr<const re2::RE2>> regexes;
    for (const ListEntry& entry : list.entries) {
      const Literal literal = LiteralOf(list, entry);
      if (!ConvertLiteral(literal, target, diagnostics_).has_value()) {
        return std::nullopt;
      }
      auto regex = CompileRegex(literal, fold);
      if (regex == nullptr) return std::nullopt;
      regexes.push_back(std::move(regex));
      texts.emplace_back(literal.text);
    }
    const Hash128 contents = HashOfTexts(std::move(texts));
    return pool_->RegexSet(IdOf(list, use, contents), [&] {
      return RegexSet{std::move(regexes)};
    });
  });
}

}  // namespace mqwarden
