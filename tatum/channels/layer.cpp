#include <tatum/channels/layer.h>

#include <tatum/base/crypto.h>
#include <tatum/base/json.h>
#include <tatum/base/log.h>
#include <tatum/base/settings.h>
#include <tatum/channels/impl/relay.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <stdexcept>
#include <unordered_map>

namespace tatum::channels {

namespace {

/// Groups are spread over so many locks.
constexpr std::size_t kShards = 16;
constexpr std::size_t kChannelNameRandom = 20;

void check_name(std::string_view group) {
    if (group.empty() || group.size() > Layer::kNameBytesMax) {
        throw std::invalid_argument("a group's name has 1 to " +
                                    std::to_string(Layer::kNameBytesMax) + " bytes");
    }
}

struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const {
        return std::hash<std::string_view>()(name);
    }
};

using Receivers = std::vector<Receiver*>;

struct Shard {
    std::mutex guard;
    std::unordered_map<std::string, Receivers, NameHash, std::equal_to<>> groups;
};

}  // namespace

struct Layer::Impl {
    Shard& shard_of(std::string_view group) {
        return shards[NameHash()(group) / kShards % kShards];
    }
    void deliver(std::string_view group, const MessagePtr& message) {
        Shard& shard = shard_of(group);
        const std::lock_guard lock(shard.guard);
        const auto place = shard.groups.find(group);
        if (place == shard.groups.end()) return;
        for (Receiver* const receiver : place->second) receiver->deliver(message);
    }

    std::array<Shard, kShards> shards;
    std::atomic<std::uint64_t> sent{0}, received{0};
    std::unique_ptr<impl::Relay> relay;  // null: this process only; ends before the groups
};

Layer::Layer(LayerOptions options) : options_(std::move(options)), impl_(std::make_unique<Impl>()) {
    if (options_.backend == LayerOptions::Backend::Memory) return;
    impl_->relay = impl::make_redis_relay(
        options_, logging::current_sink(),
        [impl = impl_.get()](std::string_view group, const MessagePtr& message) {
            ++impl->received;
            impl->deliver(group, message);
        });
}

Layer::~Layer() = default;

void Layer::group_add(std::string_view group, Receiver& receiver) {
    check_name(group);
    Shard& shard = impl_->shard_of(group);
    const std::lock_guard lock(shard.guard);
    auto place = shard.groups.find(group);
    if (place == shard.groups.end()) {
        place = shard.groups.emplace(std::string(group), Receivers()).first;
        if (impl_->relay) impl_->relay->subscribe(group);
    }
    Receivers& receivers = place->second;
    if (std::find(receivers.begin(), receivers.end(), &receiver) != receivers.end()) return;
    receivers.push_back(&receiver);
}

void Layer::group_discard(std::string_view group, Receiver& receiver) {
    check_name(group);
    Shard& shard = impl_->shard_of(group);
    const std::lock_guard lock(shard.guard);
    const auto place = shard.groups.find(group);
    if (place == shard.groups.end()) return;
    Receivers& receivers = place->second;
    const auto found = std::find(receivers.begin(), receivers.end(), &receiver);
    if (found == receivers.end()) return;
    *found = receivers.back();
    receivers.pop_back();
    if (!receivers.empty()) return;
    if (impl_->relay) impl_->relay->unsubscribe(group);
    shard.groups.erase(place);
}

void Layer::group_send(std::string_view group, const MessagePtr& message) {
    check_name(group);
    ++impl_->sent;
    impl_->deliver(group, message);
    if (impl_->relay) impl_->relay->publish(group, message);
}

void Layer::group_send(std::string_view group, std::string_view text) {
    group_send(group, std::make_shared<const Message>(text));
}

void Layer::group_send_json(std::string_view group, const Value& value) {
    group_send(group, json::dump(value).value());
}

std::string Layer::new_channel_name() {
    return "specific." + crypto::get_random_string(kChannelNameRandom);
}

Layer::Counts Layer::counts() const {
    Counts counts{.sent = impl_->sent, .received = impl_->received};
    for (Shard& shard : impl_->shards) {
        const std::lock_guard lock(shard.guard);
        counts.groups += shard.groups.size();
    }
    if (impl_->relay) {
        const impl::Relay::Counts relay = impl_->relay->counts();
        counts.lost = relay.lost;
        counts.connected = relay.connected;
    }
    return counts;
}

// --- settings ------------------------------------------------------------------------------------

namespace {

[[noreturn]] void refuse(const std::string& why) {
    throw ImproperlyConfigured("CHANNEL_LAYERS: " + why);
}

/// Under its name in lower or upper case.
Value entry_of(const Dict& table, std::string_view name) {
    if (const Value* const value = table.find(name)) return *value;
    std::string upper(name);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return table.get(upper);
}

std::size_t count_of(const Dict& table, std::string_view name, std::size_t otherwise) {
    const Value value = entry_of(table, name);
    if (value.is_none()) return otherwise;
    if (value.kind() != Kind::Int || value.as_int() < 1) {
        refuse(std::string(name) + " is a whole number, 1 or more");
    }
    return static_cast<std::size_t>(value.as_int());
}

std::string text_of(const Dict& table, std::string_view name, std::string otherwise) {
    const Value value = entry_of(table, name);
    if (value.is_none()) return otherwise;
    if (!value.is_string()) refuse(std::string(name) + " is a string");
    return value.str();
}

LayerOptions::Backend backend_of(const std::string& name) {
    if (name == "memory" || name == "channels.layers.InMemoryChannelLayer") {
        return LayerOptions::Backend::Memory;
    }
    if (name == "redis" || name.starts_with("channels_redis.")) {
        return LayerOptions::Backend::Redis;
    }
    refuse("the backend is \"memory\" or \"redis\", not \"" + name + "\"");
}

}  // namespace

LayerOptions LayerOptions::from(const Settings& settings) {
    LayerOptions options;
    const Value layers = settings.get("channel_layers");
    if (layers.is_none()) return options;
    if (!layers.is_dict()) refuse("a table of layers is expected");
    const Value layer = layers.as_dict().get("default");
    if (layer.is_none()) return options;
    if (!layer.is_dict()) refuse("the layer \"default\" is a table");
    const Dict& table = layer.as_dict();
    options.backend = backend_of(text_of(table, "backend", "memory"));
    options.location = text_of(table, "location", options.location);
    options.prefix = text_of(table, "prefix", options.prefix);
    options.capacity = count_of(table, "capacity", options.capacity);
    options.outgoing_max = count_of(table, "outgoing_max", options.outgoing_max);
    const std::string overflow = text_of(table, "overflow", "drop_oldest");
    if (overflow == "drop_newest") {
        options.overflow = Overflow::DropNewest;
    } else if (overflow != "drop_oldest") {
        refuse("overflow is \"drop_oldest\" or \"drop_newest\"");
    }
    return options;
}

// --- memberships ---------------------------------------------------------------------------------

void Memberships::join(std::string_view group) {
    const std::lock_guard lock(guard_);
    if (ended_ || std::find(groups_.begin(), groups_.end(), group) != groups_.end()) return;
    layer_.group_add(group, receiver_);
    groups_.emplace_back(group);
}

void Memberships::leave(std::string_view group) {
    const std::lock_guard lock(guard_);
    const auto place = std::find(groups_.begin(), groups_.end(), group);
    if (place == groups_.end()) return;
    layer_.group_discard(group, receiver_);
    groups_.erase(place);
}

std::string Memberships::channel_name() {
    std::string name;
    {
        const std::lock_guard lock(guard_);
        if (channel_name_.empty()) channel_name_ = Layer::new_channel_name();
        name = channel_name_;
    }
    join(name);
    return name;
}

void Memberships::end() {
    const std::lock_guard lock(guard_);
    ended_ = true;
    for (const std::string& group : groups_) layer_.group_discard(group, receiver_);
    groups_.clear();
}

}  // namespace tatum::channels
