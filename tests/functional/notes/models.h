#pragma once

#include <tatum/db/db.h>

/// The models that oracle/notes/models.py has in Django.
namespace notes {

using namespace tatum;

enum class State : int { Draft = 1, Published = 2 };

struct Writer : Model<Writer> {
    std::string name, email;
    std::optional<Date> born;
    std::string about;

    static void define(Definition<Writer>&);
    std::string str() const { return name; }
    std::string get_absolute_url() const;
};

struct Topic : Model<Topic> {
    ForeignKey<Topic> parent;
    std::string name, slug;

    static void define(Definition<Topic>&);
    std::string str() const { return name; }
};

struct Tag : Model<Tag> {
    std::string word;

    static void define(Definition<Tag>&);
    std::string str() const { return word; }
};

struct Note : Model<Note> {
    ForeignKey<Writer> writer;
    ForeignKey<Topic> topic;
    std::string title, slug, body;
    State state = State::Draft;
    std::optional<Decimal> grade;
    Date published;
    bool is_pinned = false;
    ManyToMany<Tag> tags;

    static void define(Definition<Note>&);
    std::string str() const { return title; }
    std::string get_absolute_url() const;
    /// Throws ValidationError for a note that says no more than its headline.
    void clean() const;
};

struct Link : Model<Link> {
    ForeignKey<Note> note;
    std::string label, address;

    static void define(Definition<Link>&);
    std::string str() const { return label; }
};

/// A field of every kind that a form can show.
struct Sample : Model<Sample> {
    bool flag = false;
    std::optional<bool> agreed;
    short small = 1;
    int number = 0;
    std::optional<int> positive;
    std::optional<std::int64_t> big;
    std::optional<double> real;
    Decimal amount = Decimal(1);
    std::string word = "start";
    std::optional<std::string> nick;
    std::string words, slug, email;
    std::optional<std::string> address;
    std::optional<Date> day;
    std::optional<Time> clock;
    std::optional<DateTime> moment;
    std::optional<Duration> span;
    std::optional<Uuid> uuid;
    Value extra;
    int level = 0;
    std::string size;
    std::optional<std::string> shade;
    ManyToMany<Tag> tags;
    ForeignKey<Writer, std::string> writer;
    ForeignKey<Topic> topic;
    int hidden = 7;

    static void define(Definition<Sample>&);
};

/// A file that somebody has sent.
struct Scan : Model<Scan> {
    std::string name, file;

    static void define(Definition<Scan>&);
    std::string str() const { return name; }
};

}  // namespace notes
