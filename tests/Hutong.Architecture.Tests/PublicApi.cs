using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hutong.Architecture;

/// <summary>A library's public surface as text: one line a member, sorted, so that a change shows in review.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte", [typeof(short)] = "short",
        [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong",
        [typeof(char)] = "char", [typeof(double)] = "double", [typeof(float)] = "float", [typeof(string)] = "string", [typeof(object)] = "object",
    };

    public static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().Where(t => !IsGenerated(t)).OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            var members = type.IsSubclassOf(typeof(Delegate)) ? [] : type.GetMembers(Declared).Where(m => IsVisible(m) && !IsGenerated(m)).Select(m => Describe(type, m));
            foreach (string member in members.Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Header(Type type)
    {
        string kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct"
            : type.IsSubclassOf(typeof(Delegate)) ? "delegate" : "class";
        string modifier = type.IsAbstract && type.IsSealed ? "static " : kind == "class" && type.IsSealed ? "sealed " : kind == "class" && type.IsAbstract ? "abstract " : "";
        var bases = new List<string>();
        if (kind == "class" && type.BaseType is { } parent && parent != typeof(object))
            bases.Add(Name(parent));
        if (type.IsEnum)
            bases.Add(Name(Enum.GetUnderlyingType(type)));
        else
            bases.AddRange(type.GetInterfaces().Where(i => i.IsPublic).Select(Name).Order(StringComparer.Ordinal));
        string signature = kind == "delegate" ? Parameters(type.GetMethod("Invoke")!) : bases.Count > 0 ? " : " + string.Join(", ", bases) : "";
        return $"{modifier}{kind} {Name(type)}{signature}";
    }

    private static string Describe(Type type, MemberInfo member) => member switch
    {
        FieldInfo f when type.IsEnum => $"{f.Name} = {Convert.ToInt64(f.GetRawConstantValue())}",
        FieldInfo f => $"{Access(f.IsFamily)}{(f.IsLiteral ? "const " : f.IsStatic ? "static readonly " : "readonly ")}{Name(f.FieldType)} {f.Name}{(f.IsLiteral ? $" = {f.GetRawConstantValue()}" : "")}",
        PropertyInfo p => $"{Access(p)}{Static(p.GetMethod ?? p.SetMethod!)}{Name(p.PropertyType)}{Question(Nullability.Create(p))} {p.Name} {{{Accessors(p)} }}",
        EventInfo e => $"event {Name(e.EventHandlerType!)} {e.Name}",
        ConstructorInfo c => $"{Access(c.IsFamily)}new{Parameters(c)}",
        MethodInfo m => $"{Access(m.IsFamily)}{Static(m)}{Name(m.ReturnType)}{Question(Nullability.Create(m.ReturnParameter))} {m.Name}{Generic(m)}{Parameters(m)}",
        Type t => $"nested {t.Name}",
        _ => member.ToString()!,
    };

    private static string Accessors(PropertyInfo p)
    {
        string get = p.GetMethod is { } g && (g.IsPublic || g.IsFamily) ? " get;" : "";
        bool init = p.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        string set = p.SetMethod is { } s && (s.IsPublic || s.IsFamily) ? init ? " init;" : " set;" : "";
        return get + set;
    }

    private static string Parameters(MethodBase method)
    {
        string extension = method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "";
        return "(" + extension + string.Join(", ", method.GetParameters().Select(Parameter)) + ")";
    }

    private static string Parameter(ParameterInfo p)
    {
        string prefix = p.IsOut ? "out " : p.ParameterType.IsByRef ? p.IsIn ? "in " : "ref " : "";
        var type = p.ParameterType.IsByRef ? p.ParameterType.GetElementType()! : p.ParameterType;
        string value = p.HasDefaultValue ? $" = {p.DefaultValue ?? "default"}" : "";
        return $"{prefix}{Name(type)}{Question(Nullability.Create(p))} {p.Name}{value}";
    }

    private static string Question(NullabilityInfo info) =>
        !info.Type.IsValueType && info.ReadState == NullabilityState.Nullable && !info.Type.IsByRef ? "?" : "";

    private static string Name(Type type)
    {
        if (type.IsGenericParameter)
            return type.Name;
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        string name = type.IsNested ? Name(type.DeclaringType!) + "." + type.Name
            : type.Namespace?.StartsWith("Hutong", StringComparison.Ordinal) == true ? type.FullName ?? type.Name : type.Name;
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? name : name[..tick] + "<" + string.Join(", ", type.GetGenericArguments().Select(Name)) + ">";
    }

    private static string Generic(MethodInfo m) => m.IsGenericMethod ? "<" + string.Join(", ", m.GetGenericArguments().Select(a => a.Name)) + ">" : "";

    private static string Access(PropertyInfo p) => Access((p.GetMethod ?? p.SetMethod!).IsFamily);

    private static string Access(bool isProtected) => isProtected ? "protected " : "";

    private static string Static(MethodInfo m) => m.IsStatic ? "static " : m.IsAbstract && !m.DeclaringType!.IsInterface ? "abstract " : "";

    private static bool IsVisible(MemberInfo member) => member switch
    {
        FieldInfo f => (f.IsPublic || f.IsFamily) && !f.IsSpecialName,
        MethodInfo m => (m.IsPublic || m.IsFamily) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)),
        ConstructorInfo c => c.IsPublic || c.IsFamily,
        PropertyInfo p => p.GetAccessors(nonPublic: true).Any(a => a.IsPublic || a.IsFamily),
        EventInfo e => e.AddMethod?.IsPublic == true,
        Type t => t.IsNestedPublic,
        _ => false,
    };

    // What the compiler makes for records and extension blocks follows from the declaration, and is noise here.
    private static bool IsGenerated(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && member is not PropertyInfo
        || member.Name.Contains('<', StringComparison.Ordinal)
        || member.Name is "EqualityContract" or "PrintMembers" or "Deconstruct";
}
