#pragma once

namespace tatum::db {

struct ModelType;
struct FieldMeta;
struct ModelMeta;
class ModelRegistry;
class ModelBase;
class Rows;
class Expression;
class Q;
class AnyQuerySet;
class Database;
class Databases;

template <class T>
class Model;
template <class T>
class Definition;
template <class T>
class QuerySet;

namespace impl {
struct Node;
struct Query;
struct MemberOps;
struct Cell;
class Scratch;
}  // namespace impl

}  // namespace tatum::db
