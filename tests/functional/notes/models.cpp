#include "models.h"

#include <tatum/base/validators.h>
#include <tatum/db/validation.h>
#include <tatum/urls/reverse.h>

namespace notes {

void Writer::define(Definition<Writer>& d) {
    d.field<&Writer::name>(max_length(40), unique);
    d.field<&Writer::email>(EmailField, blank);
    d.field<&Writer::born>(null, blank, verbose_name("day of birth"));
    d.field<&Writer::about>(text, blank, help_text("A few <em>words</em>."));
    d.ordering("name");
}
std::string Writer::get_absolute_url() const { return reverse("notes:writer", Kwargs{{"pk", id}}); }

void Topic::define(Definition<Topic>& d) {
    d.field<&Topic::parent>(null, blank, related_name("children"), on_delete(Protect));
    d.field<&Topic::name>(max_length(30));
    d.field<&Topic::slug>(SlugField, unique);
    d.ordering("name");
}

void Tag::define(Definition<Tag>& d) {
    d.field<&Tag::word>(max_length(20));
    d.ordering("word");
}

void Note::define(Definition<Note>& d) {
    d.field<&Note::writer>(related_name("notes"), on_delete(Cascade));
    d.field<&Note::topic>(null, blank, related_name("notes"), on_delete(Protect),
                          limit_choices_to(F<&Topic::slug> != "closed"));
    d.field<&Note::title>(max_length(80), verbose_name("headline"), help_text("Short & clear."));
    d.field<&Note::slug>(SlugField, unique_for_date("published"));
    d.field<&Note::body>(text);
    d.field<&Note::state>(choices({{State::Draft, "Draft"}, {State::Published, "Published"}}),
                          default_(1));
    d.field<&Note::grade>(max_digits(4), decimal_places(2), null, blank,
                          validator(validators::MinValueValidator{0}),
                          validator(validators::MaxValueValidator{10}));
    d.field<&Note::published>();
    d.field<&Note::is_pinned>(default_(false));
    d.field<&Note::tags>(blank, related_name("notes"));
    d.unique<&Note::writer, &Note::title>();
    d.ordering("title");
}
std::string Note::get_absolute_url() const {
    return reverse("notes:note_detail", Kwargs{{"pk", id}});
}
void Note::clean() const {
    if (!title.empty() && title == body) {
        throw ValidationError("Say more than the headline does.", "");
    }
}

void Link::define(Definition<Link>& d) {
    d.field<&Link::note>(related_name("links"), on_delete(Cascade));
    d.field<&Link::label>(max_length(40));
    d.field<&Link::address>(max_length(100));
    d.unique<&Link::note, &Link::label>();
    d.ordering("id");
}

void Sample::define(Definition<Sample>& d) {
    d.field<&Sample::flag>(default_(false));
    d.field<&Sample::agreed>(null, blank);
    d.field<&Sample::small>(default_(1));
    d.field<&Sample::number>(help_text("Any number."));
    d.field<&Sample::positive>(PositiveIntegerField, null, blank);
    d.field<&Sample::big>(null, blank);
    d.field<&Sample::real>(null, blank);
    d.field<&Sample::amount>(max_digits(6), decimal_places(2), default_(1));
    d.field<&Sample::word>(max_length(20), default_("start"));
    d.field<&Sample::nick>(max_length(10), null, blank);
    d.field<&Sample::words>(text, blank);
    d.field<&Sample::slug>(SlugField, blank);
    d.field<&Sample::email>(EmailField, blank);
    d.field<&Sample::address>(ip_address, null, blank);
    d.field<&Sample::day>(null, blank);
    d.field<&Sample::clock>(null, blank);
    d.field<&Sample::moment>(null, blank);
    d.field<&Sample::span>(null, blank);
    d.field<&Sample::uuid>(null, blank);
    d.field<&Sample::extra>(null, blank);
    d.field<&Sample::level>(choices({{1, "Low"}, {2, "High"}}));
    d.field<&Sample::size>(max_length(1), choices({{"s", "Small"}, {"l", "Large"}}), blank);
    d.field<&Sample::shade>(max_length(5), null, blank,
                            choices({{"none", "Any"},
                                     {"red", "Red", "Warm"},
                                     {"amber", "Amber", "Warm"},
                                     {"blue", "Blue", "Cold"}}));
    d.field<&Sample::tags>();
    d.field<&Sample::writer>(null, blank, to_field("name"), related_name("+"), on_delete(SetNull));
    d.field<&Sample::topic>(related_name("+"), on_delete(Cascade));
    d.field<&Sample::hidden>(default_(7), not_editable);
}

void Scan::define(Definition<Scan>& d) {
    d.field<&Scan::name>(max_length(40));
    d.field<&Scan::file>(FileField, blank, upload_to("scans"));
}

}  // namespace notes
