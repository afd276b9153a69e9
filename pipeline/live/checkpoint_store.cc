#include "mqwarden/pipeline/live/checkpoint_store.h"

#include <cstddef>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr std::string_view kMagic = "MQWSTATE";
constexpr uint32_t kVersion = 1;
constexpr int64_t kMaxBytes = int64_t{64} << 30;
constexpr uint64_t kSeed = 0x6d71776172646e31;  // of the checksums

// Events in a state are written by the field catalogue, so a state belongs to it.
uint64_t CatalogHash() {
  Hasher128 hasher;
  for (const FieldInfo& field : AllFields()) {
    hasher.Add(std::string_view(field.name));
    hasher.Add(static_cast<int64_t>(field.type));
    hasher.Add(static_cast<int64_t>(field.enum_type));
  }
  return hasher.Finish().lo;
}

absl::Status Damaged(std::string_view what) {
  return absl::DataLossError(ToAbsl("damaged: " + std::string(what)));
}

}  // namespace

const std::string* Checkpoint::Find(CheckpointBlock::Kind kind,
                                    std::string_view name) const {
  for (const CheckpointBlock& block : blocks) {
    if (block.kind == kind && block.name == name) return &block.bytes;
  }
  return nullptr;
}

std::string EncodeCheckpoint(const Checkpoint& checkpoint) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.Raw(kMagic);
  out.U32(kVersion);
  out.U32(static_cast<uint32_t>(checkpoint.blocks.size()));
  out.U64(checkpoint.header.generation);
  out.U64(checkpoint.header.rule_set);
  out.U64(checkpoint.header.hash_seed);
  out.U32(checkpoint.header.key_groups);
  out.U32(0);
  out.U64(CatalogHash());
  out.U64(HashBytes(bytes, kSeed));
  for (const CheckpointBlock& block : checkpoint.blocks) {
    const size_t begin = bytes.size();
    out.U8(static_cast<uint8_t>(block.kind));
    out.U32(static_cast<uint32_t>(block.name.size()));
    out.U64(block.bytes.size());
    out.Raw(block.name);
    out.U64(HashBytes(std::string_view(bytes).substr(begin), kSeed));
    out.Raw(block.bytes);
    out.U64(HashBytes(block.bytes, kSeed));
  }
  return bytes;
}

absl::StatusOr<Checkpoint> DecodeCheckpoint(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.Raw(kMagic.size()) != kMagic) return Damaged("not a state file");
  const uint32_t version = in.U32();
  const uint32_t blocks = in.U32();
  Checkpoint checkpoint;
  checkpoint.header.generation = in.U64();
  checkpoint.header.rule_set = in.U64();
  checkpoint.header.hash_seed = in.U64();
  checkpoint.header.key_groups = in.U32();
  const uint32_t reserved = in.U32();
  const uint64_t catalog = in.U64();
  const std::string_view head = bytes.substr(0, bytes.size() - in.remaining());
  if (in.U64() != HashBytes(head, kSeed) || !in.ok() || reserved != 0) {
    return Damaged("its header");
  }
  if (version != kVersion || catalog != CatalogHash()) {
    return absl::FailedPreconditionError(
        "written by another version of the program");
  }
  for (uint32_t i = 0; i < blocks; ++i) {
    const std::string_view rest = bytes.substr(bytes.size() - in.remaining());
    const uint8_t kind = in.U8();
    const uint32_t name_size = in.U32();
    const uint64_t size = in.U64();
    const std::string_view name = in.Raw(name_size);
    if (!in.ok()) return Damaged("cut off");
    const std::string_view label = rest.substr(0, rest.size() - in.remaining());
    if (in.U64() != HashBytes(label, kSeed) || !in.ok() || kind < 1 || kind > 5) {
      return Damaged("the label of a block");
    }
    const std::string_view payload = in.Raw(static_cast<size_t>(size));
    if (in.U64() != HashBytes(payload, kSeed) || !in.ok()) {
      return Damaged("a block");
    }
    checkpoint.blocks.push_back({static_cast<CheckpointBlock::Kind>(kind),
                                 std::string(name), std::string(payload)});
  }
  if (!in.done()) return Damaged("bytes behind its end");
  return checkpoint;
}

absl::Status CheckpointStore::Lock() {
  MQWARDEN_ASSIGN_OR_RETURN(lock_,
                            disk_->Open(path_ + ".lock", OpenMode::kUpdate));
  return lock_->Lock();
}

// FILE.tmp is whole, and the newest, after a crash between the two renames.
absl::StatusOr<CheckpointStore::Loaded> CheckpointStore::Load() {
  Loaded loaded;
  for (const char* const suffix : {"", ".1", ".tmp"}) {
    const std::string path = path_ + suffix;
    const absl::StatusOr<std::string> bytes =
        ReadWholeFile(disk_, path, kMaxBytes);
    if (bytes.status().code() == absl::StatusCode::kNotFound) continue;
    MQWARDEN_RETURN_IF_ERROR(bytes.status());
    absl::StatusOr<Checkpoint> checkpoint = DecodeCheckpoint(*bytes);
    if (!checkpoint.ok()) {
      // One that was being written is no generation yet.
      if (path != path_ + ".tmp") {
        if (path == path_) is_current_damaged_ = true;
        loaded.damaged.push_back(
            path + ": " + std::string(FromAbsl(checkpoint.status().message())));
      }
      continue;
    }
    if (loaded.checkpoint && loaded.checkpoint->header.generation >=
                                 checkpoint->header.generation) {
      continue;
    }
    loaded.checkpoint = *std::move(checkpoint);
    loaded.path = path;
  }
  if (!loaded.checkpoint && !loaded.damaged.empty()) {
    std::string message;
    for (const std::string& one : loaded.damaged) {
      if (!message.empty()) message += "; ";
      message += one;
    }
    return absl::DataLossError(ToAbsl("no usable state: " + message));
  }
  if (loaded.path == path_ + ".tmp") {
    // Read back it may be, and still not on the disk: the process may have died
    // before its sync, or of it.
    MQWARDEN_RETURN_IF_ERROR(Write(EncodeCheckpoint(*loaded.checkpoint)));
    MQWARDEN_RETURN_IF_ERROR(Install());
  }
  return loaded;
}

absl::Status CheckpointStore::Write(std::string_view bytes) {
  MQWARDEN_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                            disk_->Open(path_ + ".tmp", OpenMode::kCreate));
  MQWARDEN_RETURN_IF_ERROR(file->Append(bytes));
  return file->Sync();
}

absl::Status CheckpointStore::Install() {
  const std::string folder = FolderOf(path_);
  // A damaged file must not take the place of the good one before it.
  const absl::Status kept = disk_->Rename(
      path_, path_ + (is_current_damaged_ ? ".damaged" : ".1"));
  if (!kept.ok() && kept.code() != absl::StatusCode::kNotFound) return kept;
  Installed();
  MQWARDEN_RETURN_IF_ERROR(disk_->Rename(path_ + ".tmp", path_));
  return disk_->SyncFolder(folder);
}

}  // namespace mqwarden
