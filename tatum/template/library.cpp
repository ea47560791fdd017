#include <tatum/template/library.h>

#include <tatum/base/error.h>

namespace tatum::template_ {
namespace {

template <class Entry>
const Entry* find_newest(const std::vector<Entry>& entries,
                         const std::vector<std::uint32_t>& hashes, const Name& name) {
    for (std::size_t i = entries.size(); i-- > 0;) {
        if (hashes[i] == name.hash && entries[i].name == name.text) return &entries[i];
    }
    return nullptr;
}

}  // namespace

Library& Library::filter(Filter filter) {
    filter_hashes_.push_back(Name::hash_of(filter.name));
    filters_.push_back(std::move(filter));
    return *this;
}

Library& Library::tag(std::string name, TagParser parse) {
    Tag made;
    made.name = std::move(name);
    made.parse = parse;
    tag_hashes_.push_back(Name::hash_of(made.name));
    tags_.push_back(std::move(made));
    return *this;
}

Library& Library::add(Tag tag, std::size_t arity) {
    const std::size_t body = tag.kind == Tag::Kind::SimpleBlock ? 1 : 0;
    if (tag.parameters.size() + body != arity) {
        throw ImproperlyConfigured("template tag '" + tag.name + "' of library '" + name_ +
                                   "' names " + std::to_string(tag.parameters.size()) +
                                   " parameters, but its function takes " +
                                   std::to_string(arity - body));
    }
    tag_hashes_.push_back(Name::hash_of(tag.name));
    tags_.push_back(std::move(tag));
    return *this;
}

const Filter* Library::find_filter(const Name& name) const {
    return find_newest(filters_, filter_hashes_, name);
}

const Tag* Library::find_tag(const Name& name) const {
    return find_newest(tags_, tag_hashes_, name);
}

}  // namespace tatum::template_
